"""Records that may be the one about to be added: the check before somebody new (row 5.1).

Asked of this device alone, so it answers without a network, and at once; what colleagues elsewhere
have is asked of the server (`check_at_server`), which says whose it is and nothing more. Never
writes; what may be written despite a double is decided in `unique`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.errors import SyncCode, SyncError
from crm_core.matching.filing import exact_keys
from crm_core.matching.pinyin import reading
from crm_core.store.indexes.likely import Asked, Found, Likely
from crm_core.store.indexes.match_index import FILED
from crm_core.store.indexes.search import Hit
from desktop.services.incoming import digits_of, same_number
from desktop.services.workspace import Workspace

_LEAST_CHARACTERS = 2
_LEAST_DIGITS = 7
_ASKED = 20
_UNKNOWING = frozenset({SyncCode.NOT_FOUND, SyncCode.MALFORMED})
"""How a server answers that is too old to be asked."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody has it, says the server, where this device does not see it."""

    by: str
    """`phone` or `uscc`."""
    owner: str
    since: str
    """A day."""


def likely(
    workspace: Workspace,
    entity: str,
    values: Mapping[str, object],
    *,
    but: str = "",
    limit: int = 3,
) -> Found:
    """Records on this device that may be the one with these values, best first, with reasons."""
    if entity not in FILED or not any(values.values()):
        return Found()
    return workspace.likely(Asked(entity, values, but=but, limit=limit))


def exact(entity: str, values: Mapping[str, object]) -> frozenset[str]:
    """The numbers and codes by which a server can be asked; none where there is nothing whole."""
    return exact_keys(values) if entity in FILED else frozenset()


def unshared(values: Mapping[str, object]) -> frozenset[str]:
    """Which of `phone` and `uscc` is one that no two customers share (row 5.1): a whole mobile
    number, a valid credit code. A switchboard may be several firms'."""
    from crm_core.matching.phones import PhoneKind, phone

    mobile = phone(str(values.get("phone") or "")).kind is PhoneKind.MOBILE
    kinds = {key.partition(":")[0] for key in exact_keys(values)}
    return frozenset(kinds if mobile else kinds - {"phone"})


def check_at_server(
    workspace: Workspace, entity: str, values: Mapping[str, object]
) -> tuple[Taken, ...]:
    """Who has this very phone or credit code, whether or not it is on this device.

    Not for the database thread. SyncError where nobody can be asked; nothing for a server that is
    too old to know.
    """
    client = workspace.client
    asked = {name: str(values.get(name) or "") for name in ("phone", "uscc")}
    try:
        told = client.signed(lambda: client.server.check({"entity": entity, **asked}))
    except SyncError as error:
        if error.sync_code in _UNKNOWING:
            return ()
        raise
    return tuple(Taken(*(str(one.get(n) or "") for n in ("by", "owner", "since"))) for one in told)


def called(
    workspace: Workspace, entity: str, name: str, phone: str = "", *, limit: int = 3
) -> list[Hit]:
    """Records of an entity in whose name this one stands, for a name that is still being typed, or
    who have this number under quite another name."""
    found: dict[str, Hit] = {}
    digits = digits_of(phone)
    if len(digits) >= _LEAST_DIGITS:
        for hit in workspace.search(digits, entities=(entity,), limit=_ASKED):
            record = workspace.replica.record(hit.entity, hit.id) or {}
            # The index also answers to the last digits; only a whole number is worth a warning.
            if same_number(str(record.get("phone") or ""), phone):
                found[hit.id] = hit
    if len(name) >= _LEAST_CHARACTERS:
        for hit in workspace.search(name, entities=(entity,), limit=_ASKED):
            # It also answers to pinyin; only written alike is worth one.
            if name.casefold() in hit.title.casefold():
                found.setdefault(hit.id, hit)
    return list(found.values())[:limit]


def alike(workspace: Workspace, entity: str, name: str, *, limit: int = 3) -> list[Hit]:
    """Records that are likely to be who was spoken of: what was only heard may be written in any
    way, and may be a part of the name."""
    if len(name) < _LEAST_CHARACTERS:
        return []
    asked = likely(workspace, entity, {"name": name}, limit=limit)
    found = {one.id: as_hit(one) for one in asked.likely if one.entity == entity}
    for hit in (*called(workspace, entity, name), *_by_sound(workspace, entity, name)):
        found.setdefault(hit.id, hit)
    return list(found.values())[:limit]


def as_hit(one: Likely) -> Hit:
    """As the search would have found it."""
    return Hit(one.entity, one.id, one.title, one.subtitle, 1 - one.likeness.probability)


def _by_sound(workspace: Workspace, entity: str, name: str) -> list[Hit]:
    said = "".join(reading(name).syllables)
    if not said:
        return []
    hits = workspace.search(said, entities=(entity,), limit=_ASKED)
    return [hit for hit in hits if _sound(name, hit.title)]


def _sound(name: str, title: str) -> bool:
    said = reading(name).syllables
    return bool(said) and said == reading(title).syllables
