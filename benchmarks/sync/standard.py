"""The rows of the issue that every run measures: fill, push, pull, crowd, bytes."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.sync.company import Company, found_company
from benchmarks.sync.crowd import crowd_figures
from benchmarks.sync.editing import edit_figures
from benchmarks.sync.figures import Figure, costing, measured
from benchmarks.sync.filling import fill_figures, filled
from benchmarks.sync.raw import RawLimit
from benchmarks.sync.serving import serving
from benchmarks.sync.sizes import Sizes
from benchmarks.sync.timing import Cost, cost


def standard_figures(folder: Path, raw: RawLimit, sizes: Sizes) -> Iterator[Figure]:
    """Measure them one after the other, each with a server process of its own."""
    yield costing(f"raw sqlite3: insert {raw.records:,}", raw.inserts, raw=raw.insert)
    yield costing(f"raw sqlite3: update {raw.edits:,}", raw.updates, raw=raw.update)
    made: list[Company] = []

    def found() -> None:
        made.append(found_company(folder / "server", records=sizes.records))

    yield costing(f"(write {raw.records:,} on the server)", [cost(found)], raw=raw.insert)
    yield from _laptops(folder, made[0], raw, sizes)
    yield from crowd_figures(folder, raw, sizes)


def _laptops(folder: Path, company: Company, raw: RawLimit, sizes: Sizes) -> Iterator[Figure]:
    database, login = company.folder.database, company.managers[0]
    yield bytes_figure("bytes a record on the server", database, raw, target=1.3)
    with serving(company.folder.root) as server:
        author, cold = filled(folder / "author", server, login, records=sizes.records)
        with closing(author):
            cached: list[Cost] = []
            for number in range(sizes.repeats - 1):
                other, spent = filled(
                    folder / f"other{number}", server, login, records=sizes.records
                )
                other.close()
                cached.append(spent)
            reader, spent = filled(folder / "reader", server, login, records=sizes.records)
            with closing(reader):
                yield from fill_figures([cold], [*cached, spent], raw)
                yield costing(
                    "… search and order of names complete, after that",
                    [cost(author.index), cost(reader.index)], raw=raw.insert,
                )  # fmt: skip
                for one_act in (False, True):
                    yield from edit_figures(
                        author, reader, raw, server.pid, repeats=sizes.repeats, one_act=one_act
                    )
    edited = 2 * sizes.repeats * raw.edits / sizes.records
    name = f"… after {edited:.1f} edits of each"
    yield bytes_figure(name, database, raw)


def bytes_figure(
    name: str, database: Path, raw: RawLimit, *, target: float | None = None
) -> Figure:
    """The database file, history included, shared out among the records."""
    each = database.stat().st_size / raw.records
    return measured(name, [each], raw=raw.record_bytes, target=target, unit="B")
