"""Edits cut into parts that can be written together."""

from collections.abc import Iterable, Iterator

from crm_core.sync.change import Verb
from crm_core.sync.history import Edit


def waves(edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    """Cut edits into parts that can be written together: one entity, one verb, no field twice.

    The edits of one record keep their order; those of different records need none.
    """
    waves: dict[tuple[int, str, Verb], list[Edit]] = {}
    reached: dict[tuple[str, str], tuple[int, Verb]] = {}
    places: set[tuple[str, str, str, int]] = set()
    for edit in edits:
        level, verb = reached.get((edit.entity, edit.id), (0, edit.verb))
        if verb is not edit.verb or (edit.entity, edit.id, edit.field, level) in places:
            level += 1
        reached[edit.entity, edit.id] = level, edit.verb
        places.add((edit.entity, edit.id, edit.field, level))
        waves.setdefault((level, edit.entity, edit.verb), []).append(edit)
    yield from (waves[key] for key in sorted(waves, key=lambda key: key[0]))
