"""`rules` on both command lines, over one organisation: checked, published, synced, exported."""

from pathlib import Path

from typer.testing import CliRunner

from crm_core.errors import KnownError
from desktop.cli import app as desktop_app
from desktop.services.rules.rule_book import rules_of
from sync_server.cli import app as server_app
from tests.desktop.services.office import FILE_KEYS, Office

GOOD = """rules:
- id: auto-cli
  kind: automation
  name: 命令行规则
  entity: lead
  body:
    trigger: {'on': created}
    actions: [{do: tag, tag: 命令行}]
"""


def test_rules_go_from_a_file_to_the_server_to_a_desktop_and_back_into_a_file(
    own_office: Office, tmp_path: Path
) -> None:
    data = ["--data", str(own_office.server.folder)]
    file, wrong, out = tmp_path / "good.yaml", tmp_path / "wrong.yaml", tmp_path / "out.yaml"
    file.write_text(GOOD, encoding="utf-8")
    wrong.write_text(GOOD.replace("entity: lead", "entity: nothing"), encoding="utf-8")

    def server(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(server_app, ["rules", *words, *data])
        return done.exit_code, done.output

    def desktop(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(desktop_app, ["rules", *words], env=FILE_KEYS)
        assert done.exception is None or isinstance(done.exception, SystemExit | KnownError)
        return done.exit_code, done.output

    desk = own_office.desk("anna")
    code, said = server("publish", str(wrong), "--note", "x", "--as", "boss")
    assert (code, f"{wrong}:5:11: " in said) == (1, True)
    code, said = server("publish", str(file), "--note", "x", "--as", "anna")
    assert code == 1, "a rep may not publish"
    assert server("versions") == (0, "")
    assert server("publish", str(file), "--note", "第一版", "--as", "boss")[0] == 0
    assert "第一版" in server("versions")[1]
    desk.client.sync_once()
    assert rules_of(desk).one("auto-cli") is not None, "a device obeys what was published"
    profile = ["--profile", str(desk.profile.folder)]
    desk.close()
    assert desktop("export", "--version", "1", "--out", str(out), *profile)[0] == 0
    assert "命令行规则" in out.read_text(encoding="utf-8")
    assert desktop("check", str(out), *profile)[0] == 0
    code, said = desktop("check", str(file), str(wrong))
    assert (code, f"{wrong}:5:11: " in said) == (1, True)
    code, said = server("export")
    assert (code, "auto-cli" in said) == (0, True)
