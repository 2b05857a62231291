"""Is this new one there already? Records that may be, in a moment, from the key index (row 5.1).

Candidates share keys; the rarer a key, the more it says. A key that very many records share (a
switchboard, a free-mail address) brings only as many as are worth looking at. The best few are read
and compared by `crm_core.matching`; what is withheld from the asker is masked before that, so that
nobody learns a hidden number by trying which one is "there already".
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection

from crm_core.matching import filing
from crm_core.model.schema import EntitySpec, Registry
from crm_core.model.values import Record, display
from crm_core.permissions import Access, shown
from crm_core.store.indexes import match_index
from crm_core.store.indexes.match_index import FILED
from crm_core.store.schema.tables import Tables

if TYPE_CHECKING:
    from crm_core.matching.compare import Likeness
    from crm_core.matching.newcomer import Near
    from crm_core.matching.standing import Shared

COMMON = 48
"""A key of more records than that is common: it says little, and only so many are looked at."""
LOOKED_AT = 24
"""Candidates whose parts are read: each lies on a page of its own, which has to be decrypted."""
_READ = 3
LEAST = 0.5
"""From this likeness on a record is shown as one that may be there already."""

Place = tuple[str, int]
"""Entity and row id."""
K = TypeVar("K")
_Ask = Callable[..., list[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is about to be added."""

    entity: str
    values: Mapping[str, object]
    but: str = ""
    """The id of a record that is not to be found: itself."""
    among: tuple[str, ...] = FILED
    limit: int = 3
    least: float = LEAST


@dataclass(frozen=True, slots=True)
class Likely:
    """A record that may be the one asked about."""

    entity: str
    id: str
    title: str
    subtitle: str
    owner: str
    """User id, or empty."""
    likeness: "Likeness"
    record: Record
    """Its fields that were compared, as far as the asker may read them."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer."""

    likely: tuple[Likely, ...] = ()
    """Best first; those of the same kind before others that are about as likely."""
    complete: bool = True
    """Whether all records here are filed; otherwise there may be others."""


def find(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    asked: Asked,
    withheld: Mapping[str, Mapping[str, Access]],
) -> Found:
    """Records that may be the one asked about, of those on this device."""
    # They bring numpy: not at every start.
    from crm_core.matching.compare import Likeness, exact, reasons
    from crm_core.matching.newcomer import alone, judged

    ask = _asking(connection)
    complete = not ask("SELECT 1 FROM match_stale LIMIT 1")
    spec = registry.entity(asked.entity)
    profile = filing.profile(spec, asked.values)
    names = {tables.words.find(connection, name): name for name in asked.among}
    keys = filing.keys_of(spec, asked.values, profile)
    near, shared = _candidates(ask, {n: name for n, name in names.items() if n is not None}, keys)
    one = filing.parts(filing.written(profile))
    told = judged(one, near, shared)
    # One that has the very same number is told of, however unlike it is otherwise: it may block.
    telling = [at for at, it in told.items() if it.same_number or it.settled >= asked.least]
    telling.sort(key=lambda at: (told[at].same_number, told[at].settled), reverse=True)
    if told:  # Nobody of the very same number hides the answer.
        answer = max(told, key=lambda at: told[at].settled)
        telling.sort(key=lambda at: at != answer)
    found: list[Likely] = []
    for name, recs in _by_entity(telling[:_READ]).items():
        other, hidden = registry.entity(name), withheld.get(name, {})
        for rec, record in _read(ask, other, recs, hidden):
            theirs, chance = filing.profile(other, record), told[name, rec].settled
            if hidden:  # What was filed knows more than the asker may.
                chance = alone(one, filing.parts(filing.written(theirs)))
            like = Likeness(chance, tuple(reasons(profile, theirs)), exact(profile, theirs))
            if record["id"] != asked.but and (chance >= asked.least or like.exact):
                found.append(_likely(other, record, like))
    return Found(_shown(found, asked), complete)


def _shown(found: Sequence[Likely], asked: Asked) -> tuple[Likely, ...]:
    """The likeliest, those of the same kind before others; what blocks is never left out."""

    def place(one: Likely) -> tuple[float, bool, float, str]:
        chance = one.likeness.probability
        return -round(chance, 1), one.entity != asked.entity, -chance, one.id

    ranked = sorted(found, key=place)
    first = ranked[: asked.limit]
    blocks = [one for one in ranked if one.likeness.exact and one.entity == asked.entity]
    if blocks and blocks[0] not in first:
        first[-1] = blocks[0]
    return tuple(first)


def _asking(connection: Connection) -> _Ask:
    """Asks the driver itself: this is done with every key stroke, and putting statements into words
    costs more than answering them."""
    cursor = connection.connection.cursor()
    return lambda statement, *values: cursor.execute(statement, values).fetchall()


def _candidates(
    ask: _Ask, names: Mapping[int, str], keys: Sequence[str]
) -> tuple[dict[Place, "Near"], list["Shared[Place]"]]:
    """The records that share keys: how much those say, and what each is compared by. And for each
    key its kind and what lies under it."""
    from crm_core.matching.newcomer import Near

    hashed = {match_index.hashed(key): key[0] for key in keys}
    if not hashed or not names:
        return {}, []
    part = f"SELECT * FROM (SELECT key, entity, rec FROM match_key WHERE key = ? LIMIT {COMMON})"
    rows = ask(" UNION ALL ".join(part for _ in hashed), *hashed)
    under: dict[int, list[Place]] = {key: [] for key in hashed}
    for key, number, rec in rows:
        under[key].append((names.get(number, ""), rec))
    told = worths(under.values())
    best = sorted((place for place in told if place[0]), key=lambda place: -told[place])
    numbers, near = {name: number for number, name in names.items()}, dict[Place, Near]()
    for name, recs in _by_entity(best[:LOOKED_AT]).items():
        listed = ", ".join(map(str, recs))
        filed = ask(
            f"SELECT rec, parts FROM match_filed WHERE entity = {numbers[name]} "
            f"AND rec IN ({listed})"
        )
        for rec, parts in filed:
            near[name, rec] = Near(told[name, rec], filing.parts(parts))
    return near, [(kind, under[key]) for key, kind in hashed.items()]


def worths(keys: Iterable[Collection[K]]) -> dict[K, float]:
    """How much the keys say that each record shares, given what lies under each key."""
    told: dict[K, float] = defaultdict(float)
    for under in filter(None, keys):
        worth = 1 / log2(1 + len(under)) if len(under) < COMMON else 0.05
        for one in under:
            told[one] += worth
    return told


def _by_entity(places: Iterable[Place]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for name, rec in places:
        found[name].append(rec)
    return found


def _read(
    ask: _Ask, entity: EntitySpec, recs: Sequence[int], withheld: Mapping[str, Access]
) -> list[tuple[int, Record]]:
    """Living records as the asker sees them, as far as they are compared and shown."""
    owner = (entity.owner,) if entity.owner else ()
    beside = (entity.title, *entity.subtitle, *owner)
    names = tuple(dict.fromkeys(("id", *sorted(match_index.filed_fields(entity)), *beside)))
    listed = ", ".join(f'"{name}"' for name in ("rid", *names))
    places = ", ".join(map(str, recs))
    rows = ask(f'SELECT {listed} FROM "{entity.name}" WHERE rid IN ({places}) AND alive')
    found = [(row[0], dict(zip(names, row[1:], strict=True))) for row in rows]
    return [(rec, as_shown(entity, record, withheld)) for rec, record in found]


def as_shown(entity: EntitySpec, record: Record, withheld: Mapping[str, Access]) -> Record:
    """A record as far as somebody may read it."""
    if not withheld:
        return record
    return {
        name: shown(entity.field_spec(name), withheld[name], value) if name in withheld else value
        for name, value in record.items()
    }


def _likely(entity: EntitySpec, record: Record, like: "Likeness") -> Likely:
    about = []
    for name in entity.subtitle:
        spec, value = entity.field_spec(name), record.get(name)
        if value is not None and not spec.target:
            about.append(display(spec, value))
    return Likely(
        entity=entity.name,
        id=str(record["id"]),
        title=str(record.get(entity.title) or ""),
        subtitle=" · ".join(about),
        owner=str(record.get(entity.owner) or "") if entity.owner else "",
        likeness=like,
        record=record,
    )
