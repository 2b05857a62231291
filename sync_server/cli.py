"""The server's command line. Reads arguments, calls one service, says what happened."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crm_core.clock import iso_moment, new_id, system_clock
from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from sync_server import (
    cli_briefs,
    cli_content,
    cli_doctor,
    cli_duplicates,
    cli_health,
    cli_import,
    cli_person,
    cli_quarantine,
    cli_rules,
)
from sync_server.auth import new_password, passwords
from sync_server.config import (
    DELETED_DAYS,
    LOCAL_PROXY,
    SILENT_DAYS,
    SNAPSHOT_AFTER,
    Limits,
    Listen,
    Rates,
    allowed_processes,
)
from sync_server.console import (
    ApiDocs,
    BehindProxy,
    Data,
    Database,
    DeletedDays,
    FromFile,
    FromStdin,
    KeepPassword,
    Processes,
    RateLimit,
    SilentDays,
    SnapshotAfter,
    TrustedProxy,
    UntilStdinCloses,
    active,
    folder_of,
    given_password,
    opened,
    row,
    say,
    told,
)
from sync_server.services import seeding
from sync_server.services.erasure import compaction
from sync_server.services.export import export_all
from sync_server.services.sample.organisation import Sample, sample_organisation
from sync_server.services.schema.tables import ServerTables
from sync_server.services.signing_in import accounts, devices
from sync_server.services.storing import backup, blob_backup, founding
from sync_server.services.storing.founding import NewUser, add_user, write_user
from sync_server.serving import serve as run_server
from sync_server.serving import stop_with_stdin

app = typer.Typer(
    help="随行同步服务器 / The Suixing sync server.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
users = typer.Typer(help="员工账号 / People who may sign in.", no_args_is_help=True)
laptops = typer.Typer(help="设备 / Devices.", no_args_is_help=True)
app.add_typer(users, name="user")
app.add_typer(laptops, name="device")
app.add_typer(cli_quarantine.app, name="quarantine")
app.add_typer(cli_person.app, name="person")
app.add_typer(cli_duplicates.app, name="duplicates")
app.add_typer(cli_briefs.app, name="brief")
app.add_typer(cli_content.app, name="content")
app.add_typer(cli_rules.app, name="rules")
app.command("doctor")(cli_doctor.doctor)
app.command("import")(cli_import.import_file)
app.command("health")(cli_health.health)


@app.command()
def init(
    organisation: Annotated[str, typer.Option(help="组织名称 / Name of the organisation.")] = "",
    admin: Annotated[str, typer.Option(help="管理员账号 / The administrator's login.")] = "",
    *,
    data: Data = None,
    database: Database = "",
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    sample: Annotated[bool, typer.Option("--sample", help="装入示例数据 / With a sample.")] = False,
) -> None:
    """新建组织 / Found an organisation."""
    with told():
        if not sample and not (organisation and admin):
            raise KnownError(
                "请给 --organisation 和 --admin。", "Give --organisation and --admin.", code="usage"
            )
        story = sample_organisation(now=datetime.now(UTC)) if sample else None
        given = given_password(password_stdin, password_file)
        new = NewUser(admin, admin, "admin", "", given or new_password())
        named = organisation or (story.organisation if story else "")
        founding.found(
            folder_of(data, database), clock=system_clock(), organisation=named,
            fill=lambda replica, tables: _fill(replica, tables, new, story),
        )  # fmt: skip
        _say_founded(named, new, story, show_password=not given)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址 / Address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口，0 为任选 / Port; 0 for a free one.")] = 8765,
    *,
    data: Data = None,
    database: Database = "",
    port_file: Annotated[
        Path | None, typer.Option(help="写入端口号 / Write the port here.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="证书 / Certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="私钥 / Its key (PEM).")] = None,
    behind_proxy: BehindProxy = False,
    trusted_proxy: TrustedProxy = LOCAL_PROXY,
    api_docs: ApiDocs = False,
    rate_limit: RateLimit = True,
    processes: Processes = 1,
    snapshot_after: SnapshotAfter = SNAPSHOT_AFTER,
    deleted_days: DeletedDays = DELETED_DAYS,
    silent_days: SilentDays = SILENT_DAYS,
    until_stdin_closes: UntilStdinCloses = False,
) -> None:
    """运行服务器 / Serve until stopped."""
    if until_stdin_closes:
        stop_with_stdin()
    with told():
        listen = Listen(host, port, tls_cert, tls_key, behind_proxy, trusted_proxy, api_docs)
        limits = Limits(
            snapshot_after=snapshot_after, deleted_days=deleted_days, silent_days=silent_days,
            rates=Rates() if rate_limit else None,
        )  # fmt: skip
        code = run_server(
            lambda: opened(data, database, serving=True, limits=limits), listen,
            port_file=port_file, processes=allowed_processes(folder_of(data, database), processes),
        )  # fmt: skip
    raise typer.Exit(code)


@users.command("add")
def user_add(
    login: Annotated[str, typer.Option(help="账号 / Login.")],
    name: Annotated[str, typer.Option(help="姓名 / Name.")],
    role: Annotated[str, typer.Option(help="角色代码 / Code of the role.")] = "rep",
    *,
    team: Annotated[str, typer.Option(help="团队 / Team.")] = "",
    create_team: Annotated[
        bool, typer.Option("--create-team", help="没有则新建团队 / Make the team if missing.")
    ] = False,
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    keep_password: KeepPassword = False,
    data: Data = None,
    database: Database = "",
) -> None:
    """添加员工 / Add a person."""
    with told(), opened(data, database) as server:
        given = given_password(password_stdin, password_file)
        new = NewUser(
            login, name, role, team, given or new_password(), must_change=not keep_password
        )
        user_id = add_user(server, new, create_team=create_team)
        say(f"已添加 {login}（{user_id}）。", f"Added {login} ({user_id}).")
        if not given:
            say(f"密码（只显示这一次）：{new.password}", f"Password (shown once): {new.password}")


@users.command("list")
def user_list(data: Data = None, database: Database = "") -> None:
    """列出账号 / List logins."""
    with told(), opened(data, database) as server:
        people = {str(u["id"]): u for u in server.replica.find(Query("user"))}
        with server.reading() as connection:
            for account in accounts.all_accounts(connection, server.tables):
                person = people.get(account.user_id, {})
                row(account.login, person.get("name"), person.get("role"), active(account.active))


@users.command("password")
def user_password(
    login: str,
    *,
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    keep_password: KeepPassword = False,
    data: Data = None,
    database: Database = "",
) -> None:
    """重设密码 / Set a new password; ends the user's sessions."""
    with told(), opened(data, database) as server:
        given = given_password(password_stdin, password_file)
        password = given or new_password()
        founding.set_password(server, login, password, must_change=not keep_password)
        say(f"已重设 {login} 的密码。", f"The password of {login} was changed.")
        if not given:
            say(f"密码（只显示这一次）：{password}", f"Password (shown once): {password}")


@users.command("deactivate")
def user_deactivate(login: str, data: Data = None, database: Database = "") -> None:
    """停用账号 / Let somebody go: devices are revoked, records stay."""
    with told(), opened(data, database) as server:
        founding.deactivate_user(server, login)
        say(f"已停用 {login}。", f"{login} was deactivated.")


@users.command("reactivate")
def user_reactivate(login: str, data: Data = None, database: Database = "") -> None:
    """恢复账号 / Let somebody in again; their devices stay revoked."""
    with told(), opened(data, database) as server:
        founding.reactivate_user(server, login)
        say(f"已恢复 {login}。", f"{login} may sign in again.")


@laptops.command("list")
def device_list(data: Data = None, database: Database = "") -> None:
    """列出设备 / List devices."""
    with told(), opened(data, database) as server, server.reading() as connection:
        logins = {a.user_id: a.login for a in accounts.all_accounts(connection, server.tables)}
        for device in devices.all_devices(connection, server.tables):
            seen = iso_moment(datetime.fromtimestamp(device.last_contact / 1000, UTC))
            login = logins.get(device.user_id)
            row(device.node, login, device.name, seen, active(not device.revoked))


@laptops.command("revoke")
def device_revoke(node: str, data: Data = None, database: Database = "") -> None:
    """停用设备 / Revoke a device; it wipes itself on its next contact."""
    with told(), opened(data, database) as server:
        founding.revoke_device(server, node)
        say(f"已停用设备 {node}。", f"Device {node} was revoked.")


@app.command("backup")
def back_up(out: Path, data: Data = None, database: Database = "") -> None:
    """备份，可在运行时做 / Back up, also while serving."""
    with told(), opened(data, database):
        digest = backup.back_up(folder_of(data, database), out)
        blob_backup.back_up_files(folder_of(data, database), out)
        say(f"已备份到 {out}，sha256 {digest}", f"Backed up to {out}, sha256 {digest}")


@app.command()
def restore(source: Path, data: Data = None, database: Database = "") -> None:
    """从备份恢复；服务器须已停止 / Restore a backup; the server must be stopped."""
    with told():
        aside = backup.restore(folder_of(data, database), source, clock=system_clock())
        blob_backup.restore_files(folder_of(data, database), source)
        say("已恢复。各设备会自动补发缺少的修改。", "Restored. Devices will send what it lacks.")
        if aside is not None:
            say(f"原来的数据保留在 {aside}", f"The data that was there is kept at {aside}")


@app.command()
def export(out: Path, data: Data = None, database: Database = "") -> None:
    """导出全部数据 / Export everything as a zip of CSV files and the history."""
    with told(), opened(data, database) as server:
        total = export_all(server, out)
        say(f"已导出 {total} 条记录到 {out}", f"Exported {total} records to {out}")


@app.command()
def compact(
    *,
    deleted_days: DeletedDays = DELETED_DAYS,
    silent_days: SilentDays = SILENT_DAYS,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只列出会清除什么 / Only say what would go.")
    ] = False,
    data: Data = None,
    database: Database = "",
) -> None:
    """清除早已删除的记录 / Purge records deleted long ago that every device has seen deleted."""
    with told(), opened(data, database) as server:
        done = compaction.compact(
            server, compaction.Policy(deleted_days, silent_days), dry_run=dry_run
        )
        for entity, number in done.purged.items():
            row(entity, number)
        total, behind = sum(done.purged.values()), done.horizon
        if dry_run:
            say(f"会清除 {total} 条记录。", f"{total} records would be purged.")
        else:
            say(f"已清除 {total} 条记录。", f"Purged {total} records.")
        for device in behind.expired:
            say(f"过期设备 {device.node}（{device.name}）", f"Expired: {device.node} {device.name}")
        if behind.holding is not None:
            node = behind.holding.node
            say(
                f"设备 {node} 只同步到 {behind.position}，其后的还不能清除。",
                f"Device {node} has synced up to {behind.position}; nothing later can go yet.",
            )


def _fill(replica: Replica, tables: ServerTables, new: NewUser, story: Sample | None) -> None:
    keeper = passwords()
    if story is not None:
        seeding.seed(replica, story.events)
        with replica.write(founding.SERVER_ACTOR) as (unit, _):
            for account in story.accounts:
                hashed = keeper.hashed(account.password)
                accounts.add_account(
                    unit.connection, tables, user_id=account.user_id, login=account.login,
                    password_hash=hashed,
                )  # fmt: skip
    if new.login:
        founder = Actor(new_id(replica.clock), "admin")
        with replica.write(founder) as (unit, _):
            write_user(unit, tables, keeper, new, user_id=founder.user_id)


def _say_founded(named: str, new: NewUser, story: Sample | None, *, show_password: bool) -> None:
    say(f"已新建组织「{named}」。", f"Founded {named}.")
    if new.login and show_password:
        say(
            f"管理员 {new.login} 的密码（只显示这一次）：{new.password}",
            f"Password of {new.login} (shown once): {new.password}",
        )
    for account in story.accounts if story else ():
        row(account.login, account.password)
