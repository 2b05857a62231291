"""The doctor: each check on what it should find good, and on what it should not."""

import json
import os
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from sync_server.cli import app
from sync_server.config import DataFolder, Listen
from sync_server.services.doctor import machine, network, records
from sync_server.services.doctor.findings import Finding, Level
from sync_server.services.storing import founding
from tests.postgres import Postgres
from tests.sync_server.inside import Inside

NOW = datetime(2026, 3, 2, tzinfo=UTC)
posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")


def level(*found: Finding) -> Level:
    """The worst of them."""
    return max((one.level for one in found), key=list(Level).index)


def a_certificate(
    folder: Path, *, name: str = "crm.example.com", days: float = 90, stem: str = "cert"
) -> tuple[Path, Path]:
    """A certificate that signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName(
        [x509.DNSName(name), x509.IPAddress(ip_address("10.0.0.5"))]
    )
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
        .public_key(key.public_key()).serial_number(7).add_extension(names, critical=False)
        .not_valid_before(NOW - timedelta(days=30)).not_valid_after(NOW + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert_path, key_path = folder / f"{stem}.pem", folder / f"{stem}.key"
    pem = serialization.Encoding.PEM
    cert_path.write_bytes(made.public_bytes(pem))
    closed = serialization.NoEncryption()
    key_path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, closed))
    key_path.chmod(0o600)
    return cert_path, key_path


# -- machine -------------------------------------------------------------------------------------


def test_root_is_advised_against() -> None:
    assert [machine.running_as(u).level for u in (0, 1000, None)] == [
        Level.ADVICE, Level.GOOD, Level.GOOD,
    ]  # fmt: skip


@posix
def test_a_folder_that_others_can_read_is_bad(tmp_path: Path) -> None:
    where = DataFolder(tmp_path)
    where.database.write_bytes(b"")
    where.database.chmod(0o644)
    tmp_path.chmod(0o700)
    assert level(*machine.folder(where)) is Level.GOOD, "a closed folder closes what is in it"
    tmp_path.chmod(0o755)
    assert level(*machine.folder(where)) is Level.BAD
    where.database.chmod(0o600)
    assert level(*machine.folder(where)) is Level.GOOD
    assert level(*machine.folder(DataFolder(tmp_path / "none"))) is Level.BAD


def test_little_room_is_said_before_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    where, found = DataFolder(tmp_path / "not" / "yet"), []
    for free in (2**40, 3 * 2**30, 2**20):
        left = usage._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, left=left: left)
        found.append(machine.free_space(where).level)
    assert found == [Level.GOOD, Level.ADVICE, Level.BAD]


def test_data_from_the_future_means_a_wrong_clock(tmp_path: Path) -> None:
    (tmp_path / "suixing.db").write_bytes(b"")
    written = (tmp_path / "suixing.db").stat().st_mtime
    assert machine.clock(DataFolder(tmp_path), written).level is Level.GOOD
    assert machine.clock(DataFolder(tmp_path), written - 3600).level is Level.BAD


def test_versions_are_told() -> None:
    [told] = machine.versions()
    assert ssl.OPENSSL_VERSION in told.english
    assert "SQLCipher 4" in told.english


def test_a_unit_without_protection_is_bad(tmp_path: Path) -> None:
    unit = tmp_path / "suixing-server.service"
    assert machine.unit([unit]).level is Level.GOOD
    shipped = Path(__file__).parents[2] / "installers/linux/suixing-server.service"
    shutil.copyfile(shipped, unit)
    assert machine.unit([unit]).level is Level.GOOD
    unit.write_text("[Service]\nExecStart=/opt/suixing/suixing-server serve\n", encoding="utf-8")
    said = machine.unit([unit])
    assert said.level is Level.BAD
    assert "ProtectSystem=strict" in said.english
    assert "User=suixing" in said.english


def test_backups_must_be_there_whole_and_new(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    assert machine.backups(None, now).level is Level.ADVICE
    assert machine.backups(tmp_path / "none", now).level is Level.BAD
    (tmp_path / "monday.db.sha256").write_text("x", encoding="utf-8")
    assert machine.backups(tmp_path, now).level is Level.BAD, "a checksum without its file"
    (tmp_path / "monday.db").write_bytes(b"")
    assert machine.backups(tmp_path, now).level is Level.GOOD
    assert machine.backups(tmp_path, now + timedelta(days=9)).level is Level.BAD


# -- network -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ("", Level.GOOD), ("--host 127.0.0.1 --port 8765", Level.GOOD),
        ("--host=0.0.0.0", Level.BAD), ("--host 0.0.0.0 --behind-proxy", Level.GOOD),
        ("--behind-proxy --host 0.0.0.0 --api-docs", Level.ADVICE),
        ("--tls-cert /nowhere.pem --host 0.0.0.0", Level.BAD),
    ],
)  # fmt: skip
def test_plain_http_beyond_this_machine_is_bad(options: str, wanted: Level) -> None:
    found = network.reached(network.listen_of(options), name="", now=NOW)
    assert level(*found) is wanted


def test_the_options_of_the_package_are_read(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "installers/linux/suixing-server.default"
    assert network.listen_of(network.options_in(shipped)).host == "127.0.0.1"
    assert network.options_in(tmp_path / "none") == ""


def test_a_certificate_must_fit_its_key_its_name_and_the_day(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    _, foreign = a_certificate(tmp_path, stem="other")

    def judged(name: str = "", *, key: Path = key, days: float = 0) -> Level:
        now = NOW + timedelta(days=days)
        return level(*network.certificate(cert, key, name=name, now=now))

    assert judged("CRM.example.com") is Level.GOOD
    assert judged("10.0.0.5") is Level.GOOD
    assert judged("crm.example.org") is Level.BAD
    assert judged(key=foreign) is Level.BAD
    assert judged(key=tmp_path / "none") is Level.BAD
    assert [judged(days=d) for d in (80, 91, -31)] == [Level.ADVICE, Level.BAD, Level.BAD]
    listen = Listen("0.0.0.0", 0, cert, key)
    assert level(*network.reached(listen, name="crm.example.com", now=NOW)) is Level.GOOD


@posix
def test_a_key_that_everybody_can_read_is_bad(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    key.chmod(0o644)
    found = list(network.certificate(cert, key, name="", now=NOW))
    assert [one.check for one in found if one.level is Level.BAD] == ["key"]


# -- data ----------------------------------------------------------------------------------------


@pytest.fixture
def where(inside: Inside) -> DataFolder:
    return inside.world.data


def test_a_sound_database_is_good_and_a_damaged_one_is_not(
    inside: Inside, where: DataFolder, tmp_path: Path
) -> None:
    assert records.database(where).level is Level.GOOD
    assert records.database(DataFolder(tmp_path / "none")).level is Level.BAD
    other = DataFolder(tmp_path / "damaged")
    other.root.mkdir()
    inside.world.replica.read(lambda _: None)
    inside.world.back_up()
    damaged = bytearray(inside.world.backups[-1].read_bytes())
    damaged[len(damaged) // 2 :] = bytes(len(damaged) - len(damaged) // 2)
    other.database.write_bytes(damaged)
    assert records.database(other).level is Level.BAD
    other.database.write_bytes(b"no database" * 999)
    assert records.database(other).level is Level.BAD


def test_data_of_an_older_format_is_not_converted_by_looking_at_it(tmp_path: Path) -> None:
    where = DataFolder(tmp_path)
    shipped = Path(__file__).parents[1] / "data" / "formats" / "1" / "server.db"
    shutil.copyfile(shipped, where.database)
    where.root.chmod(0o700)
    before = where.database.read_bytes()
    said = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path), "--json"])
    found = {one["check"]: one["level"] for one in json.loads(said.output)}
    assert found["format"] == "advice"
    assert "accounts" not in found
    assert where.database.read_bytes() == before


def test_passwords_of_the_sample_are_found(inside: Inside) -> None:
    server = inside.world.server
    assert records.sample_passwords(server).level is Level.GOOD
    new = founding.NewUser("Admin", "许安", "admin", "", "admin-demo")
    founding.add_user(server, new)
    said = records.sample_passwords(server)
    assert said.level is Level.BAD
    assert "admin" in said.english
    founding.set_password(server, "admin", "something else")
    assert records.sample_passwords(server).level is Level.GOOD


def test_unused_accounts_and_silent_devices_are_named(inside: Inside) -> None:
    server, time = inside.world.server, inside.world.time
    for login in ("boss", "anna", "ben", "carl"):
        inside.enter(login)
    assert records.unused_accounts(server).level is Level.GOOD
    assert records.silent_devices(server).level is Level.GOOD
    time.advance(days=91)
    inside.enter("boss")
    unused, silent = records.unused_accounts(server), records.silent_devices(server)
    assert (unused.level, silent.level) == (Level.ADVICE, Level.ADVICE)
    assert "anna" in unused.english
    assert "boss" not in unused.english
    founding.deactivate_user(server, "anna")
    assert "anna" not in records.unused_accounts(server).english


def test_postgresql_is_asked_for_its_settings(
    founded_database: str, postgres: Postgres, tmp_path: Path
) -> None:
    where = DataFolder(tmp_path, postgres.database(template=founded_database))
    assert records.database(where).level is Level.GOOD
    said = CliRunner().invoke(
        app, ["doctor", "--data", str(tmp_path), "--database", where.url, "--json"]
    )
    found = {one["check"]: one for one in json.loads(said.output)}
    assert found["postgres"]["level"] == "good"
    assert "30s" in found["postgres"]["english"]


def test_postgresql_out_of_reach_is_said(tmp_path: Path) -> None:
    where = DataFolder(tmp_path, "postgresql://nobody@127.0.0.1:9/none")
    assert records.database(where).level is Level.BAD


# -- the command ---------------------------------------------------------------------------------


def test_the_command_says_it_in_words_and_in_json_and_fails_where_something_is_bad(
    inside: Inside, where: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    where.root.chmod(0o700)
    inside.world.stop()
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    asked = ["doctor", "--data", str(where.root), "--options"]
    fine = CliRunner().invoke(app, [*asked, "--host 127.0.0.1"])
    assert "✓ database: The database file is whole." in fine.output
    assert "✗" not in fine.output
    assert fine.exit_code == 0
    wrong = CliRunner().invoke(app, [*asked, "--host 0.0.0.0", "--json"])
    assert wrong.exit_code == 1
    found = {one["check"]: one for one in json.loads(wrong.output)}
    assert found["listen"]["level"] == "bad"
    assert found["listen"]["chinese"] != found["listen"]["english"]
    inside.world.start()
