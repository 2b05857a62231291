"""The sync benchmark runs at a tiny size, so that it does not rot. No time is judged here."""

import json
import socket
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from benchmarks.bench_sync import app
from benchmarks.sync.bad_line import bad_line_figures
from benchmarks.sync.big import big_figures
from benchmarks.sync.customers import CUSTOM_FIELDS, FIELDS, customer
from benchmarks.sync.figures import Figure, measured, quantile, table
from benchmarks.sync.line import Line, Quality
from benchmarks.sync.reps import Load, load_figures
from crm_core.model.custom import custom_fields
from crm_core.model.entities import builtin_registry
from crm_core.model.values import problems


@pytest.mark.long
def test_every_row_of_the_issue_is_measured_and_written(tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    sizes = ["--records", "60", "--edits", "20", "--clients", "2", "--conflicts", "10"]
    few = [*sizes, "--repeats", "1", "--json", str(target)]
    done = CliRunner().invoke(app, few, catch_exceptions=False)
    assert done.exit_code == 0
    figures = json.loads(target.read_text(encoding="utf-8"))["figures"]
    names = [figure["name"] for figure in figures]
    for words in ("raw sqlite3: insert", "cold", "cached", "push 20", "pull 20", "push", "converge",
                  "bytes a record"):  # fmt: skip
        assert any(words in name for name in names), words
        assert words in done.stdout
    assert all(figure["value"] > 0 for figure in figures)
    aimed = [figure for figure in figures if figure["target"] is not None]
    assert len(aimed) == 9
    assert all(figure["verdict"] in ("ok", "over") for figure in aimed)


@pytest.mark.long
def test_reps_at_work_are_all_answered(tmp_path: Path) -> None:
    figures = list(load_figures(tmp_path, Load(reps=4, minutes=0.05, period=0.5)))
    by_name = {figure.name.partition(", 1 process, SQLite: ")[2]: figure for figure in figures}
    assert by_name["failures"].value == 0, by_name["failures"].note
    for kind in ("push", "pull", "written → on another's screen"):
        assert by_name[f"{kind} p99"].value >= by_name[f"{kind} p50"].value > 0


@pytest.mark.long
def test_the_big_fill_and_the_bad_line_end(tmp_path: Path) -> None:
    figures = [
        *big_figures(tmp_path / "big", customers=40, activities=40),
        *bad_line_figures(tmp_path / "line", repeats=1),
    ]
    assert all(figure.value > 0 for figure in figures)
    assert [figure.verdict for figure in figures].count("ok") == 1


def test_a_bad_line_is_slow_and_keeps_every_byte() -> None:
    """A quarter of a second for 8 kB at 256 kbit/s, whatever the machine."""
    sent = bytes(range(256)) * 32
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
        with closing(Line(f"http://127.0.0.1:{port}", Quality(loss=0.2))) as line:
            line.worsen()
            begun = time.monotonic()
            with socket.create_connection(("127.0.0.1", urlsplit(line.url).port or 0)) as near:
                near.sendall(sent)
                near.shutdown(socket.SHUT_WR)
                far, _ = listening.accept()
                with far, far.makefile("rb") as stream:
                    assert stream.read() == sent
            assert time.monotonic() - begun > 8 * len(sent) / 256_000
            line.cut()
            assert not _answers(line)


def _answers(line: Line) -> bool:
    """Whether anybody speaks at the other end."""
    try:
        with socket.create_connection(("127.0.0.1", urlsplit(line.url).port or 0)) as near:
            near.sendall(b"hello")
            return bool(near.recv(1))
    except OSError:
        return False


@pytest.mark.parametrize(
    ("times", "target", "verdict"),
    [(1.9, 2.0, "ok"), (2.1, 2.0, "over"), (None, 2.0, "over"), (9.0, None, "")],
)
def test_a_target_is_compared_with_the_multiple_where_there_is_one(
    times: float | None, target: float | None, verdict: str
) -> None:
    assert Figure("push", 3.0, "s", times, target).verdict == verdict


def test_the_smallest_run_counts_and_the_median_stands_beside_it() -> None:
    figure = measured("拉取", [3.0, 1.0, 2.0], raw=0.5, target=2.5)
    assert (figure.value, figure.times, figure.verdict) == (1.0, 2.0, "ok")
    head, line = table([figure]).splitlines()
    assert line.split() == ["拉取", "1.00", "s", "2.00", "s", "2.00×", "≤", "2.5×", "ok"]
    assert head.index("median") < head.index("× raw")


def test_quantiles_of_few_and_many_values() -> None:
    assert quantile([5.0], 0.99) == 5.0
    assert quantile([float(n) for n in range(100)], 0.5) == 50.0
    assert quantile([float(n) for n in range(100)], 0.99) == 99.0


def test_a_measured_customer_has_twenty_filled_fields_that_the_model_takes() -> None:
    rows = [
        {"entity": "customer", "name": name, "value_kind": kind, "label": label}
        for name, kind, label in CUSTOM_FIELDS
    ]
    entity = builtin_registry().with_fields(custom_fields(rows)).entity("customer")
    made = customer(4711, "somebody")
    assert set(made) == set(FIELDS) <= {spec.name for spec in entity.fields}
    assert len(FIELDS) == 20
    assert all(value not in (None, "", []) for value in made.values())
    assert problems(entity, made) == []
