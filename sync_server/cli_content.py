"""`suixing-server content`: from which mailbox approved content is sent, and sending it now."""

from typing import Annotated

import typer

from sync_server.console import Data, Database, opened, say, told
from sync_server.services.briefing import content_sending

app = typer.Typer(help="内容推送 / Content to send.", no_args_is_help=True)


@app.command()
def mailbox(
    url: Annotated[
        str, typer.Argument(help="发件邮箱；用 - 从标准输入读 / mailtos://…; - reads stdin.")
    ],
    *,
    data: Data = None,
    database: Database = "",
) -> None:
    """设置发件邮箱 / Set the mailbox that approved content is sent from."""
    with told(), opened(data, database) as server:
        address = typer.get_text_stream("stdin").readline().strip() if url == "-" else url
        shown = content_sending.set_mailbox(server, address)
        say(f"已设置发件邮箱：{shown}", f"Content is sent from: {shown}")


@app.command()
def send(data: Data = None, database: Database = "") -> None:
    """立即发送已批准的内容 / Send what was approved, now."""
    with told(), opened(data, database) as server:
        many = content_sending.send_due(server)
        say(f"已发送 {many} 份。", f"{many} sent.")
