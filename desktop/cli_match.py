"""`suixing match`: duplicates in a spreadsheet, from the command line."""

import gc
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

match = typer.Typer(help="查找重复客户。Duplicate customers.", no_args_is_help=True)


@match.command("scan")
def scan(
    source: Annotated[Path, typer.Argument(metavar="IN.csv", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("--out", metavar="CLUSTERS.csv")],
) -> None:
    """在一个表格里找出重复客户。Find the customers of a CSV file that are in it more than once."""
    # The threads of a scan multiply each for itself; those of numpy's library would only wait.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from desktop.services.papers.match_files import scan_file

    gc.disable()  # What a scan makes lives to its end; looking for garbage takes a third of it.
    console = Console(stderr=True)
    with Progress(TextColumn("查重 Matching"), BarColumn(), console=console) as bar:
        task = bar.add_task("", total=1.0)
        found = scan_file(source, out, progress=lambda part: bar.update(task, completed=part))
    gc.freeze()  # Nor is it looked at when the program ends.
    typer.echo(
        f"{found.records} 行，{found.customers} 个客户，{found.duplicates} 行重复；"
        f"{found.sure} 组确定，{found.review} 组待人工确认。\n"
        f"{found.records} rows, {found.customers} customers, {found.duplicates} rows too many; "
        f"{found.sure} groups beyond doubt, {found.review} to judge."
    )
