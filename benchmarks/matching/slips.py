"""How customers are written down: the forms people choose, and the slips they make."""

import random
from functools import lru_cache

from opencc import OpenCC

from benchmarks.matching import words
from crm_core.matching.spelling import sounded

CHANCE_OF_SOUND = 0.035
CHANCE_OF_TRADITIONAL = 0.03


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


def slipped(rng: random.Random, text: str) -> str:
    """What happens to any Chinese text now and then."""
    if rng.random() < CHANCE_OF_SOUND * 2:
        text = misheard(rng, text)
    if rng.random() < CHANCE_OF_TRADITIONAL:
        text = _traditional().convert(text)
    if rng.random() < 0.01 and len(text) > 3:
        at = rng.randrange(1, len(text) - 1)
        text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if rng.random() < 0.01 and len(text) > 4:
        at = rng.randrange(1, len(text))
        text = text[:at] + text[at + 1 :]
    return text


def company_written(
    rng: random.Random,
    *,
    brand: str,
    trade: str,
    legal: str,
    city: str,
    district: str,
    province: str,
) -> str:
    """A company's name: region before, in the middle, behind or nowhere; legal form or none."""
    legal = rng.choices((legal, "", rng.choice(words.LEGAL_FORMS)), (58, 38, 4))[0]
    kind = rng.choices(range(8), (42, 26, 10, 8, 6, 3, 3, 2))[0]
    name = (
        f"{city}{brand}{trade}{legal}",
        f"{brand}{trade}{legal}",
        f"{brand}({city}){trade}{legal}",
        f"{brand}{trade}{legal}({city})",
        f"{city}市{brand}{trade}{legal}",
        f"{province}{city}{'市' if rng.random() < 0.6 else ''}{brand}{trade}{legal}",
        f"{city}{brand}" if rng.random() < 0.6 else brand,
        f"{city}{district}{brand}{trade}{legal}",
    )[kind]
    name = slipped(rng, name)
    draw = rng.random()
    if draw < 0.01:
        name += "*"
    elif draw < 0.02:
        name += rng.choice(("【老客户】", "(已停用)", "(展会)", "(新)"))
    elif draw < 0.03:
        name = name.replace("(", "（").replace(")", "）")
    elif draw < 0.035:
        name = f" {name} "
    elif draw < 0.04 and len(name) > 4:
        at = rng.randrange(2, len(name) - 1)
        name = f"{name[:at]} {name[at:]}"
    return name


def shop_written(rng: random.Random, *, brand: str, trade: str, outlet: str, city: str) -> str:
    """A shop's name, of a chain with the road it is in."""
    name = brand + trade
    if outlet:
        inside = f"{city}{outlet}店" if rng.random() < 0.12 else f"{outlet}店"
        left, right = rng.choices((("(", ")"), ("（", "）"), ("-", "")), (80, 6, 14))[0]
        name += left + inside + right
    if rng.random() < 0.08:
        name = city + name
    return slipped(rng, name)


def branch_written(
    rng: random.Random, *, head: str, brand: str, trade: str, legal: str, city: str
) -> str:
    """A branch's name: with or without the name and place of its head office."""
    name = rng.choices(
        (
            f"{head}{brand}{trade}{legal}{city}分公司",
            f"{brand}{trade}{city}分公司",
            f"{brand}{trade}({city}分公司)",
            f"{brand}{trade}({city}分)",
            f"{brand}{trade}{city}办事处",
        ),
        (52, 24, 8, 8, 8),
    )[0]
    return slipped(rng, name)


def person_written(rng: random.Random, name: str, *, titled: float) -> str:
    """A person's name: whole, with a title, or hidden in the middle."""
    draw = rng.random()
    if draw < titled:
        return name[0] + rng.choice(words.TITLES)
    if draw < titled + 0.025:
        return name[0] + "*" + name[2:]
    if draw < titled + 0.05:
        return name + rng.choice(words.TITLES)
    if draw < titled + 0.06:
        return " ".join(name)
    return slipped(rng, name)


def chat_written(
    rng: random.Random, *, firm: str, person: str, mobile: str, city: str
) -> tuple[str, str]:
    """A name in a chat list, and whether the number stands beside it: (name, phone)."""
    titled = person[0] + rng.choice(words.TITLES)
    draw = rng.random()
    if draw < 0.29 and mobile:
        return f"{titled}_{mobile[:3]}****{mobile[-4:]}", ""
    phone = mobile_written(rng, mobile) if mobile and rng.random() < 0.9 else ""
    if not firm:
        alone = (
            person,
            titled,
            f"{person} {rng.choice(words.NOTES)}",
            f"{person} {city}",
            f"{titled} {city}",
        )
        return slipped(rng, rng.choices(alone, (60, 18, 10, 6, 6))[0]), phone
    forms = (
        person, f"{titled}-{firm}", f"A{'A' * rng.randrange(2)}{firm} {person}", f"{firm}{titled}",
        f"{firm} {person}", titled,
    )  # fmt: skip
    return slipped(rng, rng.choices(forms, (34, 24, 14, 9, 9, 10))[0]), phone


def mobile_written(rng: random.Random, digits: str) -> str:
    """A mobile number as people and programs write it."""
    draw = rng.random()
    if draw < 0.012:
        at = rng.randrange(3, 11)
        digits = digits[:at] + rng.choice("0123456789") + digits[at + 1 :]
    elif draw < 0.022:
        at = rng.randrange(3, 10)
        digits = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    elif draw < 0.028:
        at = rng.randrange(3, 11)
        digits = digits[:at] + digits[at + 1 :]
    elif draw < 0.13:
        return f"{digits[:3]}****{digits[-4:]}"
    parts = (digits[:3], digits[3:7], digits[7:])
    forms = (
        digits, "-".join(parts), " ".join(parts), f"+86 {digits}", f"+86{digits}", f"86{digits}",
        f"{digits}.0", f"{digits}(微信同号)", f"{digits} ", f"手机:{digits}", f"0{digits}",
        f"0086{digits}", digits.translate(_WIDE), f"{float(digits or 0):.4E}",
    )  # fmt: skip
    return rng.choices(forms, (600, 50, 45, 45, 36, 26, 26, 20, 18, 17, 15, 8, 30, 3))[0]


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def line_written(rng: random.Random, area: str, digits: str) -> str:
    """A landline with its area code in one of many ways, or without; a hotline as hotlines are."""
    if not area:
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if rng.random() < 0.9 else digits
    forms = (
        f"{area}-{digits}", f"{area}{digits}", f"({area}){digits}", digits,
        f"{area}-{digits}-8{rng.randrange(100):02}", f"+86-{area[1:]}-{digits}",
        f"{area} {digits[:4]} {digits[4:]}", f"{area}－{digits}",
    )  # fmt: skip
    return rng.choices(forms, (50, 12, 11, 8, 6, 6, 6, 4))[0]


def code_written(rng: random.Random, code: str, old: str) -> str:
    """A credit code: as it is, in lower case, with blanks, with a slip, or an older number."""
    draw = rng.random()
    if draw < 0.13:
        return f"{code[8:16]}-{code[16]}"
    if draw < 0.19:
        return old
    if draw < 0.21:
        return f"{code[:2]} {code[2:8]} {code[8:]}"
    if draw < 0.24:
        return code.lower()
    if draw < 0.26:
        return code.replace("0", "O", 1)
    if draw < 0.275:
        at = rng.randrange(8, 18)
        return code[:at] + rng.choice("0123456789ABCDEFGH") + code[at + 1 :]
    if draw < 0.28:
        at = rng.randrange(2, 18)
        return code[:at] + code[at + 1 :]
    return code


def address_written(
    rng: random.Random, *, province: str, city: str, district: str, road: str, number: int,
    building: str, unit: str,
) -> str:  # fmt: skip
    """An address: any part of the region left out, 号 in five ways, the unit in three."""
    region = rng.choices(
        (
            f"{province}{city}市{district}", f"{city}市{district}", f"{city}{district}",
            f"{district}", f"{province}{city}市", f"{city}市", f"{province}{district}", "",
        ),
        (26, 24, 16, 8, 6, 6, 5, 2),
    )[0]  # fmt: skip
    if rng.random() < 0.15 and region.endswith(("区", "县", "市")):
        region = region[:-1]
    said = "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))
    written = said if rng.random() < 0.06 else str(number)
    mark = rng.choices(("号", "弄", "#", "", "號"), (70, 10, 9, 9, 2))[0]
    if unit and rng.random() < 0.2:
        unit = ""
    if unit and "-" in unit:
        house, room = unit.split("-")
        unit = unit if rng.random() < 0.4 else f"{house}号楼{room}室"
    elif unit:
        unit = f"{unit}室" if rng.random() < 0.75 else unit
    building = building if rng.random() < 0.75 else ""
    text = f"{region}{road}{written}{mark}{building}{unit}"
    if rng.random() < 0.02:
        text = f"{region} {road}{written}{mark} {building}{unit}"
    if rng.random() < 0.02:
        text = text.translate(_WIDE)
    return slipped(rng, text)


def email_written(rng: random.Random, address: str) -> str:
    """An e-mail address, now and then shouted or with a slip."""
    draw = rng.random()
    if draw < 0.03:
        return address.upper()
    if draw < 0.05:
        return address.replace(".com", ".con")
    if draw < 0.06:
        at = rng.randrange(1, len(address) - 5)
        return address[:at] + address[at + 1 :]
    return address
