"""`suixing-server quarantine`: unsent work of wiped devices. Asks services, says what happened."""

from datetime import UTC, datetime

import typer

from crm_core.clock import iso_moment
from crm_core.model.query import Query
from sync_server.console import Data, Database, language, opened, row, say, told
from sync_server.services import audit
from sync_server.services.quarantining import quarantine, quarantine_view
from sync_server.services.quarantining.quarantine import Entry
from sync_server.services.server import Server

app = typer.Typer(
    help="已清除设备没有发送的修改 / Unsent work of wiped devices.", no_args_is_help=True
)


@app.command("list")
def list_all(data: Data = None, database: Database = "") -> None:
    """列出每台设备留下的修改 / What each device left."""
    with told(), opened(data, database) as server:
        names = _names(server)
        for entry in quarantine.entries(server):
            counts = ", ".join(f"{name} {number}" for name, number in entry.counts.items())
            row(entry.node, names.get(entry.user_id), _moment(entry.received), entry.state, counts)


@app.command()
def show(node: str, data: Data = None, database: Database = "") -> None:
    """逐项列出一台设备留下的修改 / Everything one device left, with values."""
    with told(), opened(data, database) as server:
        for change in quarantine_view.changes(server, node, language=language()):
            values = "; ".join(f"{name}: {value}" for name, value in change.values.items())
            row(change.at, change.verb, change.entity, change.title or change.record, values,
                change.state, change.reason)  # fmt: skip


@app.command()
def accept(node: str, data: Data = None, database: Database = "") -> None:
    """收下：按作者的权限写入 / Apply it, as far as its author may."""
    with told(), opened(data, database) as server:
        _say(quarantine.accept(server, node, by=audit.AT_THE_SERVER))


@app.command()
def discard(node: str, data: Data = None, database: Database = "") -> None:
    """丢弃；到期后彻底删除 / Discard it; it goes for good after some days."""
    with told(), opened(data, database) as server:
        _say(quarantine.discard(server, node, by=audit.AT_THE_SERVER))


def _say(entry: Entry) -> None:
    total, taken, not_taken = sum(entry.counts.values()), entry.accepted, entry.refused
    say(
        f"设备 {entry.node}：共 {total} 项，已写入 {taken} 项，未被接受 {not_taken} 项。",
        f"Device {entry.node}: {total} changes, {taken} applied, {not_taken} refused.",
    )


def _names(server: Server) -> dict[str, str]:
    return {str(u["id"]): str(u["name"]) for u in server.replica.find(Query("user"))}


def _moment(milliseconds: int) -> str:
    return iso_moment(datetime.fromtimestamp(milliseconds / 1000, UTC))
