"""`suixing-server brief`: make one now, say where briefs are sent, try a channel."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
import typst

from crm_core.errors import KnownError
from sync_server.console import Data, Database, language, opened, row, say, told
from sync_server.services.briefing import brief_sending, briefs
from sync_server.services.briefing.brief_sending import Channel
from sync_server.services.briefing.brief_services import loadable
from sync_server.services.people import actor_of
from sync_server.services.signing_in.accounts import account_named

app = typer.Typer(help="每日简报 / The daily brief.", no_args_is_help=True)
For = Annotated[str, typer.Option("--for", help="谁的简报：账号 / Whose brief: a login.")]
Words = Annotated[str, typer.Option("--language", help="zh 或 en / zh or en.")]
_STATES = {
    "waiting": ("待重试", "to be tried again"), "sending": ("发送中", "being sent"),
    "sent": ("已发送", "sent"), "failed": ("失败", "failed"),
}  # fmt: skip


@app.command()
def now(
    login: For = "",
    *,
    again: Annotated[
        bool, typer.Option("--again", help="今天已生成也重做重发 / Also where today's is made.")
    ] = False,
    data: Data = None,
    database: Database = "",
) -> None:
    """立即生成并发送 / Make and send now, whatever the schedule says."""
    with told(), opened(data, database) as server:
        if login:
            with server.reading() as connection:
                person = account_named(connection, server.tables, login).user_id
                actor = actor_of(connection, server.replica.tables, person)
            wanted = [actor] if actor is not None else []
        else:
            wanted = list(briefs.readers(server))
        made = [one for one in wanted if briefs.make(server, one, again=again) is not None]
        sent = brief_sending.send_due(server)
        say(
            f"已生成 {len(made)} 份简报，已有 {len(wanted) - len(made)} 份；发送成功 {sent} 次。",
            f"{len(made)} briefs made, {len(wanted) - len(made)} were there; {sent} delivered.",
        )


@app.command(hidden=True)
def selftest() -> None:
    """Whether this program has what a brief is set and sent with, as one line of JSON."""
    with tempfile.TemporaryDirectory(prefix="suixing-brief-") as folder:
        page = Path(folder) / "brief.pdf"
        page.write_bytes(bytes(typst.compile(b"= brief")))
        found = {"page": page.stat().st_size, "services": loadable(page)}
    typer.echo(json.dumps(found))


@app.command("channels")
def list_channels(data: Data = None, database: Database = "") -> None:
    """列出发送渠道，密钥隐去 / Where briefs are sent, without secrets."""
    with told(), opened(data, database) as server, server.reading() as connection:
        every = brief_sending.channels(connection, server)
        names = server.replica.titles("user", {one.person for one in every})
        for one in every:
            address = brief_sending.shown_url(one.url)
            row(one.name, names.get(one.person), one.language, address)


@app.command("add-channel")
def add(
    name: str,
    url: Annotated[
        str, typer.Argument(help="地址；用 - 从标准输入读 / Address; - reads it from stdin.")
    ],
    login: For,
    words: Words = "zh",
    *,
    data: Data = None,
    database: Database = "",
) -> None:
    """添加渠道：企业微信、钉钉、飞书机器人或邮箱 / Add a robot or a mailbox."""
    with told(), opened(data, database) as server:
        address = typer.get_text_stream("stdin").readline().strip() if url == "-" else url
        with server.reading() as connection:
            person = account_named(connection, server.tables, login).user_id
        brief_sending.add_channel(server, Channel(name, address, person, words))
        say(
            f"已添加渠道 {name}。用 brief test {name} 试一下。",
            f"Added {name}. Try it with: brief test {name}",
        )


@app.command("remove-channel")
def remove(name: str, data: Data = None, database: Database = "") -> None:
    """删除渠道 / Remove a channel."""
    with told(), opened(data, database) as server:
        brief_sending.remove_channel(server, name)
        say(f"已删除渠道 {name}。", f"Removed {name}.")


@app.command("test")
def try_channel(name: str, data: Data = None, database: Database = "") -> None:
    """发一条测试消息 / Send a message to try a channel."""
    with told(), opened(data, database) as server:
        channel = brief_sending.channel_named(server, name)
        message = brief_sending.trial_message(channel.language)
        _tell(brief_sending.send_by_apprise(channel.url, message), name)


@app.command("log")
def show_log(data: Data = None, database: Database = "") -> None:
    """最近的发送情况 / How the last deliveries went."""
    with told(), opened(data, database) as server:
        for one in brief_sending.deliveries(server):
            zh, en = _STATES.get(one.state, (one.state, one.state))
            row(one.day, one.channel, zh if language() == "zh" else en, one.tries, one.reason)


def _tell(reason: str, name: str) -> None:
    if reason:
        raise KnownError(
            f"渠道 {name} 没有收下测试消息（{reason}）。请检查地址、密钥和网络。",
            f"The channel {name} did not take the message ({reason}). Check address, key and "
            "network.",
            code="not_taken",
        )
    say(f"渠道 {name} 收下了测试消息。", f"The channel {name} took the message.")
