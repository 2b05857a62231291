"""Checks of how the server is reached: plain HTTP, certificate, key and host name."""

import os
import shlex
import ssl
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from crm_core.errors import KnownError
from sync_server.config import Listen
from sync_server.services.doctor.findings import Finding, advice, bad, good

_SOON_DAYS = 21
_FLAGS = frozenset({"--behind-proxy", "--api-docs", "--no-rate-limit", "--rate-limit"})


def listen_of(options: str) -> Listen:
    """How the server listens by the options of its unit (`OPTIONS` of /etc/default)."""
    words, found = shlex.split(options), dict[str, str]()
    place = 0
    while place < len(words):
        name, _, value = words[place].partition("=")
        place += 1
        if not value and name not in _FLAGS and place < len(words):
            value = words[place]
            place += 1
        found[name] = value
    paths = [Path(found[n]) if n in found else None for n in ("--tls-cert", "--tls-key")]
    return Listen(
        found.get("--host", "127.0.0.1"), 0, paths[0], paths[1],
        behind_proxy="--behind-proxy" in found, documents="--api-docs" in found,
    )  # fmt: skip


def options_in(default_file: Path) -> str:
    """The value of OPTIONS in a file of variables; empty where there is none."""
    if not default_file.is_file():
        return ""
    for line in default_file.read_text(encoding="utf-8").splitlines():
        name, _, value = line.strip().partition("=")
        if name == "OPTIONS":
            return value.strip().strip("\"'")
    return ""


def reached(listen: Listen, *, name: str, now: datetime) -> Iterator[Finding]:
    """Whether passwords cross a network unencrypted, and whether the certificate will do.

    `name` is what devices call the server; empty for unknown.
    """
    try:
        listen.check()
    except KnownError as error:
        yield bad("listen", error.chinese, error.english)
    else:
        yield good("listen", "密码不会明文经过网络。", "No password crosses a network in clear.")
    if listen.documents:
        yield advice(
            "documents",
            "接口文档页面开着（--api-docs），平时请关闭。",
            "The pages of the API are on (--api-docs); leave them off.",
        )
    if listen.tls_cert is not None and listen.tls_key is not None:
        yield from certificate(listen.tls_cert, listen.tls_key, name=name, now=now)


def certificate(cert: Path, key: Path, *, name: str, now: datetime) -> Iterator[Finding]:
    """Whether certificate and key belong together, are in date, for the name, and private."""
    missing = [path for path in (cert, key) if not path.is_file()]
    if missing:
        told = str(missing[0])
        yield bad("certificate", f"没有文件 {told}。", f"There is no file {told}.")
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
        found = x509.load_pem_x509_certificate(cert.read_bytes())
    except (OSError, ssl.SSLError, ValueError):
        yield bad(
            "certificate",
            f"证书 {cert} 和私钥 {key} 读不了，或不是一对。",
            f"The certificate {cert} and its key {key} cannot be read, or do not belong together.",
        )
        return
    yield _in_date(found, now)
    if name:
        yield _for_name(found, name)
    if os.name == "posix" and stat.S_IMODE(key.stat().st_mode) & 0o007:
        yield bad(
            "key",
            f"任何账号都能读私钥 {key}。请执行 chmod o= {key}",
            f"Every account can read the key {key}. Run: chmod o= {key}",
        )


def _in_date(found: x509.Certificate, now: datetime) -> Finding:
    left = (found.not_valid_after_utc - now.astimezone(UTC)).total_seconds() / 86_400
    ends = f"{found.not_valid_after_utc:%Y-%m-%d}"
    if left < 0 or found.not_valid_before_utc > now.astimezone(UTC):
        return bad(
            "expiry",
            f"证书不在有效期内（到 {ends}）。",
            f"The certificate is not valid now (until {ends}).",
        )
    if left < _SOON_DAYS:
        return advice("expiry", f"证书 {ends} 到期。", f"The certificate ends on {ends}.")
    return good("expiry", f"证书有效到 {ends}。", f"The certificate is valid until {ends}.")


def _for_name(found: x509.Certificate, name: str) -> Finding:
    try:
        names = found.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
        assert isinstance(names, x509.SubjectAlternativeName)
        known = names.get_values_for_type(x509.DNSName)
        known += [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    except x509.ExtensionNotFound:
        known = []
    plain = name.casefold()
    wild = f"*.{plain.partition('.')[2]}"
    if {plain, wild} & {one.casefold() for one in known}:
        return good("name", f"证书适用于 {name}。", f"The certificate is for {name}.")
    told = ", ".join(known) or "-"
    return bad(
        "name",
        f"证书不适用于 {name}，只适用于：{told}。",
        f"The certificate is not for {name} but for: {told}.",
    )
