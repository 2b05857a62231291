"""Records of the CRM as matching sees them: which of their fields count, under which keys; pure.

A company's own telephone and e-mail fields count as well, and one called 联系人 as the person.
What takes names and numbers apart is loaded when there is something to file, not at every start.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from crm_core.model.schema import EntitySpec, FieldSpec, Kind

if TYPE_CHECKING:
    from crm_core.matching.profile import Profile

FILED: Mapping[str, tuple[str, ...]] = {
    "customer": ("name", "phone", "email", "city", "address", "uscc"),
    "contact": ("name", "title", "customer", "phone", "email", "wechat"),
    "lead": ("name", "phone", "city", "customer"),
}
"""What is filed, and the fields of it that ship with the product and count."""
EXACT = ("phone", "uscc")
"""Fields by which a server is asked whether somebody has them already."""
FURTHER = frozenset("dghry")
"""The kinds of keys by which somebody is looked up, and no two that are there are compared."""
_PERSON = frozenset({"联系人", "contact", "contact person"})
_KINDS = frozenset({Kind.PHONE, Kind.EMAIL, Kind.TEXT})
_BETWEEN = "\x1f"
_PROBES: tuple[tuple[str, str], ...] = (
    ("杭州恒通贸易有限公司", "0571-88886666"), ("恒通商贸（杭州）", "13800138000"),
    ("王芳女士", "138****8000"), ("張偉", "400-823-3288"), ("沪上阿姨徐家汇店", ""),
    ("北京协和医院国际部", "8610 6915 6114"), ("ABC Trading Co., Ltd.", "+86 139 1234 5678"),
)  # fmt: skip


def filed_fields(entity: EntitySpec) -> tuple[str, ...]:
    """The fields that the keys of its records depend on; none of what is not filed."""
    names = FILED.get(entity.name, ())
    own = (spec.name for spec in entity.fields if spec.custom and _role(spec))
    return (*names, *own) if names else ()


def profile(entity: EntitySpec, record: Mapping[str, object]) -> "Profile":
    """A record in the form records are compared in."""
    from crm_core.matching.profile import profile_of

    return profile_of(_values(entity, record))


def keys_of(
    entity: EntitySpec, record: Mapping[str, object], known: "Profile | None" = None
) -> tuple[str, ...]:
    """The keys a record is filed under; `known` is its profile, where that has been made."""
    from crm_core.matching.spelling import plain

    keys = all_keys_of(known or profile(entity, record))
    customer = record.get("customer")
    if customer and (name := plain(str(record.get("name") or ""))):
        keys = (*keys, f"@{customer}:{name}")  # Who is called so at the same customer.
    return keys


def all_keys_of(profile: "Profile") -> tuple[str, ...]:
    """What a record is filed under by what it says of itself."""
    from crm_core.matching.keys import further_keys_of
    from crm_core.matching.keys import keys_of as keys_of_profile

    return (*keys_of_profile(profile), *further_keys_of(profile))


def written(profile: "Profile") -> str:
    """What a record is compared by, as one text: read back by `parts`."""
    from crm_core.matching.columns import parts_of

    found = parts_of(profile)
    text = _BETWEEN.join(found)
    if text.count(_BETWEEN) == len(found) - 1:
        return text
    return _BETWEEN.join(part.replace(_BETWEEN, " ") for part in found)


def parts(text: str) -> tuple[str, ...]:
    """What `written` wrote."""
    return tuple(text.split(_BETWEEN))


def exact_keys(record: Mapping[str, object]) -> frozenset[str]:
    """A record's whole telephone number and its valid credit code, each as one text."""
    from crm_core.matching.credit_codes import CodeKind, credit_code
    from crm_core.matching.phones import PhoneKind, phone

    number, code = phone(str(record.get("phone") or "")), credit_code(str(record.get("uscc") or ""))
    found = set[str]()
    if number.kind is PhoneKind.MOBILE and not number.masked:
        found.add(f"phone:{number.digits}")
    elif number.kind is PhoneKind.LANDLINE and number.area and not number.extension:
        found.add(f"phone:{number.area}{number.digits}")
    if code.kind is CodeKind.CREDIT and code.valid:
        found.add(f"uscc:{code.text}")
    return frozenset(found)


@lru_cache(maxsize=1)
def scheme() -> str:
    """What tells whether keys still come out as they did: those of a few records, summed up."""
    from crm_core.matching.profile import profile_of

    summed = blake2b(digest_size=8)
    for name, number in _PROBES:
        record = {"name": name, "phone": number, "city": "杭州", "uscc": "91330100MA27XL0E5N",
                  "email": "li.na@hengtong.cn", "address": "西湖区文三路 90 号"}  # fmt: skip
        probe = profile_of(record)
        summed.update(repr((all_keys_of(probe), written(probe))).encode())
    return summed.hexdigest()


def _values(entity: EntitySpec, record: Mapping[str, object]) -> dict[str, object]:
    """A record's fields under the names that profiles are made from."""
    values = {name: record.get(name) for name in FILED.get(entity.name, ())}
    for spec in entity.fields:
        # Most of a company's own fields are of no such kind, and are asked about for each record.
        if spec.custom and spec.kind in _KINDS and record.get(spec.name) and (role := _role(spec)):
            values[role] = values.get(role) or record[spec.name]
    return values


def _role(spec: FieldSpec) -> str:
    """What a company's own field stands for; empty for nothing that counts."""
    if spec.kind is Kind.PHONE:
        return "tel"
    if spec.kind is Kind.EMAIL:
        return "email"
    named = {spec.label.zh.strip().lower(), spec.label.en.strip().lower()}
    return "contact" if spec.kind is Kind.TEXT and named & _PERSON else ""
