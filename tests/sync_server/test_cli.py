"""The command line against real files and, where it matters, a serving process."""

import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import httpx
import pytest

from crm_core.clock import system_clock
from crm_core.errors import KnownError
from crm_core.store.replica import Replica
from crm_core.sync.protocol import unpack
from sync_server.config import DataFolder
from sync_server.services.schema.tables import ServerTables
from sync_server.services.storing.founding import SERVER_ACTOR, NewUser, found, write_user
from tests.passwords import cheap_passwords
from tests.sync_server.conftest import SignsIn, signed_in
from tests.sync_server.live import PASSWORD, LiveServer
from tests.sync_server.test_push import customer_of


def test_init_shows_a_made_up_password_once_and_refuses_a_second_organisation(
    tmp_path: Path,
) -> None:
    server = LiveServer(tmp_path / "data")
    said = server.cli("init", "--organisation", "甲", "--admin", "boss")
    assert "shown once" in said
    password = said.split("shown once): ")[1].strip()
    assert len(password) >= 20
    assert password.encode() not in (server.folder / "suixing.db").read_bytes()
    said = server.cli("init", "--organisation", "乙", "--admin", "boss", fails=True)
    assert "already holds" in said
    assert "Traceback" not in said


def test_of_two_foundings_at_once_one_is_whole_and_the_other_is_told(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    made: list[str] = []

    def nobody(_replica: Replica, _tables: ServerTables) -> None:
        made.append("second")

    def first(replica: Replica, tables: ServerTables) -> None:
        with pytest.raises(KnownError) as caught:
            found(folder, clock=system_clock(), organisation="乙", fill=nobody)
        assert caught.value.code == "server_running"
        new = NewUser("boss", "boss", "admin", "", PASSWORD)
        with replica.write(SERVER_ACTOR) as (unit, _):
            write_user(unit, tables, cheap_passwords(), new)
        made.append("first")

    found(folder, clock=system_clock(), organisation="甲", fill=first)
    assert made == ["first"]
    assert LiveServer(folder.root).cli("user", "list").startswith("boss\t")


@pytest.mark.skipif(os.name == "nt", reason="folder modes are POSIX")
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    tmp_path.chmod(0o500)
    found = ("init", "--organisation", "甲", "--admin", "boss")
    said = LiveServer(tmp_path).cli(*found, fails=True)
    tmp_path.chmod(0o700)
    assert "cannot be written" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("init",), "--organisation"),
        (("serve",), "no organisation"),
        (("user", "list"), "no organisation"),
        (("serve", "--host", "0.0.0.0"), "Plain HTTP"),
        (("serve", "--tls-cert", "cert.pem"), "together"),
        (("restore", "missing.db"), "no file"),
        (("restore", "/"), "no file"),
    ],
    ids=lambda part: part if isinstance(part, str) else " ".join(part),
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    said = LiveServer(tmp_path).cli(*arguments, fails=True)
    assert sentence in said
    assert said.count("\n") == 1


def test_people_are_added_listed_and_kept_apart(tmp_path: Path, founded: Path) -> None:
    server = LiveServer(founded)
    listed = server.cli("user", "list")
    assert {line.split("\t")[0] for line in listed.splitlines()} >= {"anna", "ben", "boss", "carl"}
    taken = ("user", "add", "--login", "ＡＮＮＡ", "--name", "安娜")
    assert "is taken" in server.cli(*taken, fails=True)
    homeless = ("user", "add", "--login", "eve", "--name", "Eve", "--team", "west")
    assert "--create-team" in server.cli(*homeless, fails=True)
    assert "eve" not in server.cli("user", "list")


@pytest.mark.slow
def test_a_backup_made_while_writing_restores_to_one_consistent_moment(
    live_server: LiveServer, client: httpx.Client, tmp_path: Path
) -> None:
    anna = signed_in(live_server, client, "anna")
    writing, stop = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            anna.push(*[customer_of(anna) for _ in range(20)])
            writing.set()

    writer = threading.Thread(target=write)
    writer.start()
    out = tmp_path / "backup.db"
    try:
        assert writing.wait(60)
        live_server.cli("backup", str(out))
    finally:
        stop.set()
        writer.join()
    noted = (tmp_path / "backup.db.sha256").read_text(encoding="utf-8")
    assert noted.split() == [hashlib.sha256(out.read_bytes()).hexdigest(), "backup.db"]
    assert "exists already" in live_server.cli("backup", str(out), fails=True)
    with sqlite3.connect(out) as copy:
        [(inside,)] = copy.execute("SELECT count(*) FROM customer").fetchall()
        [(logged,)] = copy.execute(
            "SELECT count(*) FROM sync_log WHERE verb = 0 "
            "AND entity = (SELECT num FROM sync_word WHERE text = 'customer')"
        ).fetchall()
    copy.close()
    assert inside == logged
    assert inside % 20 == 0, "a batch is in it whole or not at all"
    _restored_devices_send_what_is_missing(live_server, client, out)


def _restored_devices_send_what_is_missing(
    server: LiveServer, client: httpx.Client, backup: Path
) -> None:
    anna, boss = signed_in(server, client, "anna"), signed_in(server, client, "boss")
    after = customer_of(anna, name="备份之后")
    anna.push(after)
    anna.pull()
    assert "running server" in server.cli("restore", str(backup), fails=True)
    server.stop()
    assert "kept at" in server.cli("restore", str(backup))
    [aside] = server.folder.glob("suixing-before-restore-*.db")
    assert after.id.encode() in aside.read_bytes()
    server.start()
    assert anna.page_reply().status_code == 401
    before, lineage = anna.node, anna.session["lineage"]
    session = anna.sign_in()
    assert session["lineage"] != lineage
    assert anna.node == before, "its work goes out under the number it was written with"
    reply = anna.push_reply([after])
    assert unpack(reply.content)["lineage"] == session["lineage"]
    boss.sign_in()
    boss.cursor = 0
    boss.pull()
    assert after.key in boss.held


def test_a_damaged_or_foreign_file_is_not_restored(tmp_path: Path, live_server: LiveServer) -> None:
    live_server.stop()
    out = tmp_path / "backup.db"
    live_server.cli("backup", str(out))
    whole = out.read_bytes()
    out.write_bytes(whole[:-1] + b"x")
    assert "checksum" in live_server.cli("restore", str(out), fails=True)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as made:
        made.execute("CREATE TABLE t (x)")
    made.close()
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"no database" * 1000)
    for bad in (foreign, noise):
        assert "not a backup" in live_server.cli("restore", str(bad), fails=True)
    assert "anna" in live_server.cli("user", "list")


def test_everything_can_be_taken_out_and_no_cell_is_a_formula(
    device: SignsIn, tmp_path: Path
) -> None:
    anna = device("anna")
    evil = customer_of(anna, name="=cmd|'/c calc'!A0", phone="+86 21 5555 0000")
    tagged = anna.change(evil, "tags", {"add": "@老客户"})
    anna.push(evil, tagged)
    out = tmp_path / "all.zip"
    anna.server.cli("export", str(out))
    with zipfile.ZipFile(out) as archive:
        table = archive.read("customer.csv")
        history = [json.loads(line) for line in archive.read("history.jsonl").splitlines()]
    assert table.startswith(b"\xef\xbb\xbf")
    rows = {r["id"]: r for r in csv.DictReader(io.StringIO(table.decode("utf-8-sig")))}
    row = rows[evil.id]
    assert row["name"] == "'=cmd|'/c calc'!A0"
    assert row["phone"] == "'+86 21 5555 0000"
    assert row["tags"] == "'@老客户"
    assert {(o["replica"], o["replica_seq"]) for o in history} >= {evil.key, tagged.key}
    assert PASSWORD not in str(history)


def test_files_that_cannot_be_used_are_named(tmp_path: Path, founded: Path) -> None:
    server, blocked = LiveServer(Path(shutil.copytree(founded, tmp_path / "d"))), tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    for command in (("backup", str(blocked / "x.db")), ("export", str(blocked / "x.zip"))):
        said = server.cli(*command, fails=True)
        assert "Cannot read or write" in said
        assert "Traceback" not in said
    paired = ("--tls-cert", str(blocked), "--tls-key", str(blocked))
    assert "do not belong together" in server.cli("serve", *paired, "--port", "0", fails=True)
    missing = ("user", "password", "anna", "--password-file", str(tmp_path / "none"))
    assert "password file" in server.cli(*missing, fails=True)


def test_the_command_line_speaks_the_language_of_the_place(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sync_server", "user", "list", "--data", str(tmp_path)],
        capture_output=True, check=False, timeout=60,
        env=os.environ | {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8", "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "还没有组织数据" in done.stderr.decode()
