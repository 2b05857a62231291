"""Judging the rows of an import of which there is nothing to say, together: new, and that is all.

Most rows of a file are like that. One is plain as long as each of its cells is, what it points at
is there, its person may make it, and no other row nor record has a key of its. All others are
judged one by one (`import_judge`), and so none of them meets a plain one: their order is no matter.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import TypeVar

from crm_core.intake.cells import Row
from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import RowVerdict, Verdict, incomplete
from crm_core.intake.keys import NAME, Key
from crm_core.intake.plain_rows import Columns, PlainRows, ReadRows, RowReader, sparse
from crm_core.intake.preparing import Prepared, Preparer, refs_of
from crm_core.model import whereabouts
from crm_core.model.schema import Merge
from crm_core.model.values import Value
from crm_core.rules.required import Needed, lacking
from crm_core.store.imports.import_chunk import Chunk, NewIds, NewRecords
from crm_core.store.imports.import_rights import ImportRights
from crm_core.store.imports.twins import RefIndex, TwinIndex

_T = TypeVar("_T")
_NEW = RowVerdict(0, Verdict.NEW, "")
_REMARKED = RowVerdict(0, Verdict.NEW, "", remarks=(Sentence("", ""),))
"""Stand for new rows where nobody reads their verdicts."""


class PlainJudge:
    """Knows what a `Judge` knows."""

    def __init__(
        self,
        preparer: Preparer,
        index: TwinIndex,
        rights: ImportRights,
        *,
        needed: Sequence[Needed],
        refs: Mapping[str, RefIndex],
        said: Collection[str],
        owner: str,
        now: datetime,
    ) -> None:
        """`said`: the fields columns are mapped to; `owner`: of records that name none."""
        self.entity, self.index, self.rights, self.now = preparer.entity, index, rights, now
        self.needed = [one for one in needed if one.entity == preparer.entity.name]
        self._rows, self._places = PlainRows(preparer), preparer.places
        self._refs, self._said, self._owner = refs, said, owner
        self._pointing = [spec for spec in refs_of(self.entity) if spec.name in said]

    @staticmethod
    def fits(preparer: Preparer, rights: ImportRights, needed: Iterable[Needed]) -> bool:
        """Whether any row can be plain."""
        if rights.bound or preparer.companion is not None or not RowReader.fits(preparer):
            return False
        fields = {name for o in needed if o.entity == preparer.entity.name for name in o.looked_at}
        # Conditions on lists are worked out for each record; hardly anybody has one.
        return not any(
            (spec := preparer.entity.find(name)) is not None and spec.merge is Merge.SET
            for name in fields
        )

    def read(self, rows: ReadRows) -> "PlainPart":
        """The rows as far as they are plain by themselves."""
        seen = self._rows.read(rows)
        for spec in self._pointing:
            self._look_up(seen, spec.name, self._refs[spec.target])
        if self.entity.owner:
            seen.fill(self.entity.owner, self._owner)
        keys = self.index.keyed.columns_of(seen.fields)
        self._complete_places(seen)
        self._ask_rights(seen)
        return PlainPart(self, seen, keys)

    def _look_up(self, seen: Columns, name: str, refs: RefIndex) -> None:
        """Ids in place of names; who is nobody, or several, is looked at."""
        ids: dict[Value, Value] = {None: None}
        for (text,) in seen.distinct([name]):
            found = refs.find(str(text)) if text is not None else ()
            if len(found) == 1:
                ids[text] = found[0]
        seen.look_at([name], [one for one in seen.distinct([name]) if one[0] not in ids])
        seen.fields[name] = [ids.get(one) for one in seen.of(name)]

    def _complete_places(self, seen: Columns) -> None:
        """Fill what follows of province, city and district."""
        names = whereabouts.FIELDS
        if not any(name in seen.fields for name in names):
            return
        full: dict[tuple[Value, ...], dict[str, Value]] = {}
        keys = list(zip(*map(seen.of, names), strict=True))
        for key in set(keys):
            full[key] = dict(zip(names, key, strict=True))
            self._places.complete(full[key], self._said)
        for name in names:
            if any(one[name] is not None for one in full.values()):
                seen.fields[name] = [full[key][name] for key in keys]

    def _ask_rights(self, seen: Columns) -> None:
        """Have rows looked at whose records their person may not make: asked once for the rows of
        one owner with the same fields."""
        parts: list[list[Value]] = []
        for name, column in seen.fields.items():
            if name == self.entity.owner:
                parts.append(column)
            elif sparse(column):
                parts.append([value is None for value in column])
        marks = list(zip(*parts, strict=True)) if parts else [()] * seen.size
        refused = set()
        for mark, place in dict(zip(marks, range(seen.size), strict=True)).items():
            values = {n: c[place] for n, c in seen.fields.items() if c[place] is not None}
            if self.rights.create(self.entity, values) is not None:
                refused.add(mark)
        if refused:
            seen.odd.update(place for place, mark in enumerate(marks) if mark in refused)


class _Distinct:
    """The forms of one key that rows have: each once, and those several have."""

    def __init__(self, field: str, texts: Sequence[str]) -> None:
        self.field, self.texts, self.again = field, texts, set[str]()
        self.once = set(texts)
        self.once.discard("")
        if len(self.once) + texts.count("") < len(texts):
            self.again.update(text for text, many in Counter(texts).items() if many > 1 and text)


class PlainPart:
    """Some rows on their way: first which of them are plain, then what those come to."""

    def __init__(
        self, judge: PlainJudge, seen: Columns, keys: Sequence[tuple[str, list[str]]]
    ) -> None:
        self._judge, self._seen, self.keys = judge, seen, keys
        self.odd = seen.odd
        """Places of the rows that are to be judged one by one."""
        self._distinct = [_Distinct(*one) for one in keys if one[0] != NAME]
        self._verdicts: list[RowVerdict] = []
        self._settled: tuple[list[str], list[int]] = [], []
        self._at = self._given = 0

    def set_aside(self, keys: Iterable[Key]) -> set[int]:
        """Further rows that are not plain: they have a key of another row, of a record, or one of
        `keys`, which the rows have that were not plain before."""
        theirs: dict[str, set[str]] = {}
        for name, text in keys:
            theirs.setdefault(name, set()).add(text)
        more: set[int] = set()
        for one in self._distinct:
            met = self._judge.index.known(one.field, one.once) | one.again
            met |= one.once & theirs.get(one.field, set())
            if met:
                more.update(place for place, text in enumerate(one.texts) if text in met)
        more -= self.odd
        self.odd |= more
        return more

    def settle(self, chunk: Chunk, rows: Sequence[Row], new_ids: NewIds, *, telling: bool) -> None:
        """Work out what the rows come to that are plain after all; `telling`: see `Judge`."""
        entity = self._judge.entity
        every, odd = range(len(rows)), self.odd
        taken = [place for place in every if place not in odd] if odd else list(every)
        if not taken:
            return
        fields = {name: _some(column, taken) for name, column in self._seen.fields.items()}
        numbers = [rows[place][0] for place in taken]
        ids = new_ids(numbers)
        titles = fields.get(entity.title) or [None] * len(taken)
        remarks = self._remarks(fields, len(taken))
        if telling:
            self._verdicts = [
                RowVerdict(number, Verdict.NEW, "" if name is None else str(name)[:80], remarks=one)
                for number, name, one in zip(numbers, titles, remarks, strict=True)
            ]
        elif isinstance(remarks, repeat):
            self._verdicts = [_NEW] * len(taken)
        else:
            self._verdicts = [_REMARKED if one else _NEW for one in remarks]
        chunk.plain[entity.name] = NewRecords(ids, taken, fields)
        self._settled = ids, taken

    def file(self) -> None:
        """Let later rows meet these, by their keys; those judged with them do not share any."""
        ids, taken = self._settled
        if taken:
            keys = [(field, _some(of, taken)) for field, of in self.keys]
            self._judge.index.add_columns(ids, keys, fresh=True)

    def put(self, chunk: Chunk, until: int) -> None:
        """Put in what the plain rows come to that stand before the row at place `until`, which is
        judged next."""
        begin, end = self._given, self._given + until - self._at
        self._at, self._given = until + 1, end
        if end > begin:
            chunk.verdicts.extend(self._verdicts[begin:end])

    def _remarks(
        self, fields: Mapping[str, Sequence[Value]], many: int
    ) -> Iterable[tuple[Sentence, ...]]:
        """What is said of each record: that it lacks something."""
        judge = self._judge
        looked_at = {name for one in judge.needed for name in one.looked_at}
        names = [name for name in fields if name in looked_at]
        together = list(zip(*(fields[name] for name in names), strict=True)) or [()] * many
        said: dict[tuple[Value, ...], tuple[Sentence, ...]] = {}
        for key in set(together) if judge.needed else ():
            record = dict(zip(names, key, strict=True))
            if lacks := lacking(judge.needed, judge.entity, record, judge.now):
                said[key] = (incomplete(judge.entity, lacks),)
        return [said.get(key, ()) for key in together] if said else repeat((), many)


@dataclass(slots=True)
class Sheaf:
    """Rows that are judged together, prepared."""

    rows: Sequence[Row]
    cells: ReadRows | None
    """Read by columns, where that can be."""
    plain: PlainPart | None
    keys: Sequence[tuple[str, list[str]]] | None
    """Of the main record, see `Keyed.columns_of`; None where they are not known."""
    odd: dict[int, Prepared] = field(default_factory=dict)
    """By place, those that are known to be judged one by one."""

    def file(self) -> None:
        """Once they were judged, and before others are: let those meet these."""
        if self.plain is not None:
            self.plain.file()


def _some(column: list[_T], taken: Sequence[int]) -> list[_T]:
    return column if len(taken) == len(column) else [column[place] for place in taken]
