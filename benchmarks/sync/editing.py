"""Many single-field edits: pushed by the laptop that made them, pulled by another."""

from collections.abc import Iterator

from benchmarks.sync.figures import Figure, costing
from benchmarks.sync.laptop import Laptop
from benchmarks.sync.raw import RawLimit
from benchmarks.sync.timing import cost


def edit_figures(
    author: Laptop, reader: Laptop, raw: RawLimit, server: int, *, repeats: int, one_act: bool
) -> Iterator[Figure]:
    """Push and pull; both laptops are filled from process `server`. `one_act`: one bulk edit, else
    an act each."""
    ids = author.customer_ids(raw.edits)
    pushes, pulls = [], []
    for repeat in range(repeats):
        text = f"第 {repeat} 次{'批量' if one_act else '逐条'}"
        author.edit(ids, text, one_act=one_act)
        pushes.append(cost(author.push, server=server))
        pulls.append(cost(reader.pull, server=server))
        arrived = reader.shows(ids, text)
        if arrived != len(ids):
            raise RuntimeError(f"{arrived} of {len(ids)} edits arrived")
    kind = "one bulk act" if one_act else "an act each"
    yield costing(f"push {raw.edits:,} edits, {kind}", pushes, raw=raw.update, target=3.0)
    yield costing(f"pull {raw.edits:,} edits, {kind}", pulls, raw=raw.update, target=2.0)
