"""Rules as files and texts: what is written out, and what is read in."""

from pathlib import Path

from crm_core.errors import KnownError
from crm_core.model.query import Query, Sort
from crm_core.rules.documents import Document
from crm_core.rules.texts.yaml_text import yaml_of
from crm_core.rules.texts.yaml_tree import MOST_BYTES, too_large
from crm_core.store.ruling.rule_versions import set_of
from desktop.services.rules.rule_book import draft_of
from desktop.services.workspace import Workspace


def rules_text(workspace: Workspace) -> str:
    """The draft as YAML."""
    return yaml_of(draft_of(workspace))


def version_text(workspace: Workspace, version: str) -> str:
    """A published version as YAML."""
    replica = workspace.replica
    return yaml_of(replica.read(lambda c: set_of(c, replica.tables, version)))


def version_documents(workspace: Workspace, version: str) -> tuple[Document[object], ...]:
    """The rules of a published version."""
    replica = workspace.replica
    return replica.read(lambda c: set_of(c, replica.tables, version)).documents


def teams_of(workspace: Workspace) -> list[tuple[str, str]]:
    """The teams a version can be tried out with: id and name."""
    found = workspace.replica.find(Query("team", sort=(Sort("name"),)))
    return [(str(one["id"]), str(one.get("name") or "")) for one in found]


def read_rule_file(path: Path) -> str:
    """The text of a file; KnownError where it cannot be read or is beyond every set of rules."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise too_large()
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnownError(
            f"「{path.name}」不是 UTF-8 文本，没有读取。请另存为 UTF-8 再导入。",
            f"“{path.name}” is not text in UTF-8. Save it as UTF-8 and import it again.",
            code="file",
        ) from error
    except OSError as error:
        raise KnownError(
            f"读不了「{path.name}」：{error.strerror}。", f"“{path.name}”: {error.strerror}.",
            code="file",
        ) from error  # fmt: skip


def write_rule_file(path: Path, text: str) -> Path:
    """Write a text; KnownError where that cannot be done, and then nothing is left half written."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise KnownError(
            f"写不了「{path.name}」：{error.strerror}。", f"“{path.name}”: {error.strerror}.",
            code="file",
        ) from error  # fmt: skip
    return path
