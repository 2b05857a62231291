"""How customers are written down: the forms people choose, and the slips they make."""

import random
from functools import lru_cache

from opencc import OpenCC

from benchmarks.matching import words
from benchmarks.matching.originals import Customer
from crm_core.matching.spelling import sounded


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, str]:
    """Common characters (GB 2312, first level) by their sound."""
    groups: dict[str, str] = {}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                char = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            groups[sounded(char)] = groups.get(sounded(char), "") + char
    return groups


@lru_cache(maxsize=1)
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def misheard(rng: random.Random, text: str) -> str:
    """One character replaced by another of its sound."""
    places = [i for i, char in enumerate(text) if "一" <= char <= "鿿"]
    if not places:
        return text
    at = rng.choice(places)
    others = _by_sound().get(sounded(text[at]), text[at])
    return text[:at] + rng.choice(others) + text[at + 1 :]


def slipped(
    rng: random.Random, text: str, haste: float, *, sound: float, traditional: float = 0.026
) -> str:
    """What happens to any Chinese text now and then; `haste` 1 is how most records are entered."""
    if rng.random() < sound * haste:
        text = misheard(rng, text)
    return _traditional().convert(text) if rng.random() < traditional * haste else text


def mistyped(rng: random.Random, text: str, haste: float) -> str:
    """Two characters the wrong way round, or one left out."""
    draw = rng.random() / haste
    if draw < 0.012 and len(text) > 3:
        at = rng.randrange(1, len(text) - 1)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if draw < 0.021 and len(text) > 4:
        at = rng.randrange(1, len(text))
        return text[:at] + text[at + 1 :]
    return text


def person_written(rng: random.Random, name: str, haste: float, *, titled: float = 0.19) -> str:
    """A person's name: whole, with a title, or hidden in the middle."""
    if rng.random() < titled * haste:
        return name[0] + rng.choice(words.TITLES)
    draw = rng.random() / haste
    if draw < 0.028:
        return name[0] + "*" + name[2:]
    if draw < 0.086:
        return name + rng.choice(words.TITLES)
    if draw < 0.124:
        return " ".join(name)
    if draw < 0.2:
        return misheard(rng, name)
    return _traditional().convert(name) if draw < 0.228 else name


def mobile_written(rng: random.Random, digits: str, haste: float, *, masked: float) -> str:
    """A mobile number as people and programs write it."""
    if rng.random() < masked:
        return f"{digits[:3]}****{digits[-4:]}"
    draw = rng.random() / haste
    if draw < 0.0165:
        at = rng.randrange(3, 11)
        digits = digits[:at] + rng.choice("0123456789") + digits[at + 1 :]
    elif draw < 0.0235:
        at = rng.randrange(3, 10)
        digits = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    elif draw < 0.0305:
        at = rng.randrange(3, 11)
        digits = digits[:at] + digits[at + 1 :]
    parts = (digits[:3], digits[3:7], digits[7:])
    forms = (
        digits, "-".join(parts), " ".join(parts), f"+86 {digits}", f"+86{digits}", f"86{digits}",
        f"{digits}.0", f"{digits}(微信同号)", f"{digits} ", f"手机:{digits}", f"0{digits}",
        f"0086{digits}", digits.translate(_WIDE),
    )  # fmt: skip
    return rng.choices(forms, (640, 56, 48, 48, 40, 28, 32, 22, 20, 19, 16, 9, 29))[0]


_NARROW = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-#"
_WIDE = str.maketrans({char: chr(ord(char) + 0xFEE0) for char in _NARROW})


def line_written(rng: random.Random, area: str, digits: str, haste: float) -> str:
    """A landline with its area code in one of many ways, or without; a hotline as hotlines are."""
    if not area:
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    if rng.random() < 0.018 * haste:
        at = rng.randrange(1, len(digits))
        digits = digits[:at] + rng.choice("0123456789") + digits[at + 1 :]
    forms = (
        f"{area}-{digits}", f"{area}{digits}", f"({area}){digits}", digits,
        f"{area}-{digits}-8{rng.randrange(100):02}", f"+86-{area[1:]}-{digits}",
        f"{area} {digits[:4]} {digits[4:]}", f"{area}-{digits}".translate(_WIDE),
    )  # fmt: skip
    return rng.choices(forms, (49, 12, 10, 8, 5, 6, 6, 3))[0]


def code_written(rng: random.Random, code: str, old: str, haste: float) -> str:
    """A credit code: as it is, in lower case, with blanks, with a slip, or an older number."""
    draw = rng.random()
    if draw < 0.12:
        return f"{code[8:16]}-{code[16]}"
    if draw < 0.175:
        return old
    if draw < 0.192:
        return f"{code[:2]} {code[2:8]} {code[8:]}"
    if draw < 0.23:
        return code.lower()
    if draw < 0.246:
        return code.translate(_WIDE)
    draw = rng.random() / haste
    if draw < 0.034:
        return code.replace("0", "O", 1) if "0" in code else code.replace("1", "I", 1)
    if draw < 0.055:
        at = rng.randrange(1, 18)
        return code[:at] + rng.choice("0123456789ABCDEFGH") + code[at + 1 :]
    if draw < 0.066:
        at = rng.randrange(1, 17)
        return code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if draw < 0.077:
        at = rng.randrange(2, 18)
        return code[:at] + (code[at] * 2 if rng.random() < 0.5 else "") + code[at + 1 :]
    return code


def address_written(
    rng: random.Random, *, province: str, city: str, district: str, road: str, number: int,
    building: str, unit: str, haste: float,
) -> str:  # fmt: skip
    """An address: any part of the region left out, 号 in five ways, the unit in three."""
    region = rng.choices(
        (
            f"{province}{city}市{district}", f"{city}市{district}", f"{city}{district}",
            f"{district}", f"{province}{city}市", f"{city}市", f"{province}{district}",
            f"{province}{city}{district}", "",
        ),
        (27, 28, 10, 8, 4, 5, 5, 10, 2),
    )[0]  # fmt: skip
    if rng.random() < 0.08 and region.endswith(("区", "县", "市")):
        region = region[:-1]
    said = "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))
    written = said if rng.random() < 0.06 else str(number)
    mark = rng.choices(("号", "弄", "#", "", "號"), (75, 8, 8, 8, 1))[0]
    if unit and rng.random() < 0.18:
        unit = ""
    if unit and "-" in unit:
        house, room = unit.split("-")
        unit = unit if rng.random() < 0.2 else f"{house}号楼{room}室"
    elif unit:
        unit = f"{unit}室"
    if unit.endswith("室") and rng.random() < 0.15:
        unit = unit[:-1]
    building = building if rng.random() < 0.8 else ""
    text = f"{region}{road}{written}{mark}{building}{unit}"
    if rng.random() < 0.036 * haste:
        text = f"{region} {road}{written}{mark} {building}{unit}"
    if rng.random() < 0.036 * haste:
        text = text.translate(_WIDE)
    return slipped(rng, text, haste, sound=0.06, traditional=0.05)


def address_of(rng: random.Random, one: Customer, haste: float) -> str:
    """The address of a customer."""
    province = "" if one.province.removesuffix("市") == one.city else one.province
    return address_written(
        rng, province=province, city=one.city, district=one.district, road=one.road,
        number=one.number, building=one.building, unit=one.unit, haste=haste,
    )  # fmt: skip


def email_written(rng: random.Random, address: str, haste: float) -> str:
    """An e-mail address, now and then shouted or with a slip."""
    draw = rng.random() / haste
    if draw < 0.024:
        return address.upper()
    if draw < 0.038:
        return address.replace(".com", ".con")
    if draw < 0.052:
        return address.replace("@", " @")
    if draw < 0.062:
        at = rng.randrange(1, len(address) - 5)
        return address[:at] + address[at + 1 :]
    return address
