"""Records that may be the one about to be added: the check before a new name or number (row 5.1).

Reads the search index of this device only; the person decides.
"""

from crm_core.matching.pinyin import reading
from crm_core.model.schema import Kind
from crm_core.store.search import Hit
from desktop.services.workspace import Workspace

_LEAST_CHARACTERS = 2
_LEAST_DIGITS = 7
_ASKED = 20


def alike(
    workspace: Workspace,
    entity: str,
    name: str,
    phone: str = "",
    *,
    sounds: bool = False,
    limit: int = 3,
) -> list[Hit]:
    """Records of an entity with this phone, or called so. `phone` is digits only; `sounds` counts
    names that are written differently and sound the same, for words that were heard."""
    found: dict[str, Hit] = {}
    if len(phone) >= _LEAST_DIGITS:
        hits = workspace.search(phone, entities=(entity,), limit=_ASKED)
        # The index also answers to the last digits; only a whole number is worth a warning.
        found |= {hit.id: hit for hit in hits if _calls(phone, _numbers(workspace, hit))}
    if len(name) >= _LEAST_CHARACTERS:
        for hit in workspace.search(name, entities=(entity,), limit=_ASKED):
            # The index also answers to pinyin; written alike is worth a warning, and what was only
            # heard may be written in any way.
            if name.casefold() in hit.title.casefold() or (sounds and _sound(name, hit.title)):
                found[hit.id] = hit
        if sounds:
            found |= _by_sound(workspace, entity, name)
    return list(found.values())[:limit]


def digits_of(phone: str) -> str:
    """The digits of a number without the country code of China."""
    digits = "".join(character for character in phone if character.isdecimal())
    abroad = phone.strip().startswith(("+86", "0086"))
    return digits.removeprefix("00").removeprefix("86") if abroad else digits


def _by_sound(workspace: Workspace, entity: str, name: str) -> dict[str, Hit]:
    said = "".join(reading(name).syllables)
    if not said:
        return {}
    hits = workspace.search(said, entities=(entity,), limit=_ASKED)
    return {hit.id: hit for hit in hits if _sound(name, hit.title)}


def _sound(name: str, title: str) -> bool:
    said = reading(name).syllables
    return bool(said) and said == reading(title).syllables


def _numbers(workspace: Workspace, hit: Hit) -> set[str]:
    """The phone numbers of a record, digits only."""
    replica = workspace.replica
    record = replica.record(hit.entity, hit.id) or {}
    fields = replica.registry.entity(hit.entity).fields
    phones = (spec.name for spec in fields if spec.kind is Kind.PHONE)
    return {digits_of(str(record.get(name) or "")) for name in phones}


def _calls(phone: str, numbers: set[str]) -> bool:
    """Whether `phone` is one of the numbers, where a landline may lack its area code."""
    area_codes = (3, 4)
    local = (n for n in numbers if n.startswith("0") and len(n) - len(phone) in area_codes)
    return phone in numbers or any(number.endswith(phone) for number in local)
