"""Settings of one server: where its data lies, where it listens, how much it accepts. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from platformdirs import user_data_dir

from crm_core.errors import KnownError
from crm_core.sync.protocol import MAX_PACKED_BYTES

SNAPSHOT_AFTER = 5_000
DELETED_DAYS = 90
SILENT_DAYS = 180
LOCAL_PROXY = "127.0.0.1,::1"
DATA_VARIABLE = "SUIXING_SERVER_DATA"
DATABASE_VARIABLE = "SUIXING_SERVER_DATABASE"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The files of one organisation, and where its records are if not among them."""

    root: Path
    url: str = ""
    """`postgresql://…`; empty: a SQLite file in the folder."""

    @property
    def database(self) -> Path:
        """Records, log, accounts and devices: everything, where `url` is empty."""
        return self.root / "suixing.db"

    @property
    def blobs(self) -> Path:
        """The bytes of attachments, by content address."""
        return self.root / "blobs"

    @property
    def parts(self) -> Path:
        """Uploads of attachments that are not whole yet."""
        return self.root / "blob-parts"

    @property
    def single_sign_on(self) -> Path:
        """How people sign in with the account of their company, where they may."""
        return self.root / "oidc.json"

    @property
    def webhooks(self) -> Path:
        """By what other programs know this server, and which of them it may tell anything."""
        return self.root / "webhooks.json"

    @property
    def lock(self) -> Path:
        """Held by the serving process for as long as it lives, where `url` is empty."""
        return self.root / "server.lock"

    @property
    def part(self) -> Path:
        """A database that is being founded or restored."""
        return self.root / "suixing.part"

    @property
    def erasures(self) -> Path:
        """Which people were erased, by id: outside the database, for the sake of its backups."""
        return self.root / "erasures.jsonl"

    @property
    def snapshots(self) -> Path:
        """What devices are filled from; may be thrown away at any time."""
        return self.root / "snapshots"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests at once, then so many a second."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast one may ask.

    500 people behind one address who exchange every minute ask about 170 times a second, and 500
    passwords on a Monday morning: neither comes near.
    """

    address: Rate = Rate(burst=30_000, per_second=500)
    sign_in: Rate = Rate(burst=1_000, per_second=2)
    """Passwords, from one address; wrong ones for one account lock it besides."""
    person: Rate = Rate(burst=3_000, per_second=50)
    check: Rate = Rate(burst=40, per_second=1 / 60)
    """Questions of one person whether somebody has a number already: enough for a day's new
    customers, too few to try numbers out."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server accepts and how long its promises last."""

    sync_body: int = MAX_PACKED_BYTES
    """Bytes of a packed sync body."""
    json_body: int = 64 * 1024
    """Bytes of any other body."""
    blob: int = 200 * 2**20
    """Bytes of one attachment."""
    blob_piece: int = 8 * 2**20
    """Bytes of an attachment one request may bring."""
    page_bytes: int = 8 * 2**20
    """About how much text one pulled page may hold."""
    snapshot_after: int = SNAPSHOT_AFTER
    """A log of no more operations than this fills new devices by itself."""
    snapshot_delta: int = 5_000
    """Operations after which a snapshot is made anew rather than used with a delta."""
    deleted_days: int = DELETED_DAYS
    """Deleted records stay at least this long."""
    silent_days: int = SILENT_DAYS
    """A device not heard of for so long is no longer waited for; it will be filled anew."""
    quarantine_operations: int = 50_000
    """Operations a wiped device may hand over; and their bytes, and those of its files."""
    quarantine_bytes: int = 64 * 2**20
    quarantine_files: int = 2**30
    quarantine_days: int = 30
    """What was discarded, or taken whole, is kept so long."""
    access_seconds: int = 3600
    refresh_seconds: int = 90 * 86_400
    heartbeat_seconds: float = 15.0
    idle_seconds: float = 30.0
    """A request of which nothing comes for so long is given up."""
    body_seconds: float = 600.0
    """A body that is not whole by then is given up."""
    rates: Rates | None = Rates()
    """None: as fast as anybody likes."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where and how the server listens."""

    host: str = "127.0.0.1"
    port: int = 8765
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False
    proxies: str = LOCAL_PROXY
    """Whose X-Forwarded-For is believed, where `behind_proxy`."""
    documents: bool = False
    """Show the pages /docs and /redoc."""

    def check(self) -> None:
        """KnownError ("insecure") where passwords would cross a network unencrypted."""
        if (self.tls_cert is None) != (self.tls_key is None):
            raise KnownError(
                "证书和私钥要一起给：--tls-cert 与 --tls-key。服务器没有启动。",
                "Give the certificate and its key together: --tls-cert and --tls-key. The server "
                "was not started.",
                code="insecure",
            )
        if self.tls_cert is None and not self.behind_proxy and not _is_loopback(self.host):
            raise KnownError(
                "在本机以外的地址上不能用明文 HTTP。请给 --tls-cert 和 --tls-key，或放在 HTTPS "
                "代理之后并加 --behind-proxy。服务器没有启动。",
                "Plain HTTP is allowed on this machine only. Give --tls-cert and --tls-key, or "
                "put the server behind an HTTPS proxy and say --behind-proxy. It was not started.",
                code="insecure",
            )


def data_folder(
    given: Path | None, environment: Mapping[str, str], *, database: str = ""
) -> DataFolder:
    """The folder asked for, else the one of SUIXING_SERVER_DATA, else the user's own.

    Likewise `database`, else SUIXING_SERVER_DATABASE, else a file in the folder.
    """
    named = environment.get(DATA_VARIABLE)
    root = given or Path(named or user_data_dir("suixing-server"))
    return DataFolder(root, database or environment.get(DATABASE_VARIABLE, ""))


def allowed_processes(folder: DataFolder, asked: int) -> int:
    """How many processes may serve a folder. KnownError: "needs_postgres"."""
    if asked > 1 and not folder.url:
        raise KnownError(
            "多个进程要用 PostgreSQL：请加 --database。服务器没有启动。",
            "Several processes need PostgreSQL: give --database. The server was not started.",
            code="needs_postgres",
        )
    return asked


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
