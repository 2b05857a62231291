"""How companies, branches and shops are written down: the parts of a name people keep and move."""

import random

from benchmarks.matching import words
from benchmarks.matching.originals import Customer
from benchmarks.matching.slips import mistyped, slipped

_NOTES = ("【老客户】", "(已停用)", "(展会)", "(新)", "-重点", "-月结", " 勿动", "*", "*")


def written(rng: random.Random, one: Customer, haste: float) -> str:
    """The name of a company, branch or shop as a clerk enters it."""
    if one.kind == "shop":
        name = slipped(rng, shop(rng, one, haste), haste, sound=0.09)
        wide = rng.random() < 0.035 * haste
        return name.replace("(", "（").replace(")", "）") if wide else name
    name = _company(rng, one, haste) if one.kind == "corp" else _branch(rng, one, haste)
    name = mistyped(rng, slipped(rng, name, haste, sound=0.07), haste)
    draw = rng.random() / haste
    if draw < 0.018:
        name += rng.choice(_NOTES)
    elif draw < 0.025:
        name = f" {name} "
    elif draw < 0.06:
        name = name.replace("(", "（").replace(")", "）")
    elif draw < 0.072 and name.endswith("有限公司"):
        name = f"{name[:-4]}(有限公司)" if rng.random() < 0.5 else f"{name[:-1]} 司"
    return name


def _company(rng: random.Random, one: Customer, haste: float) -> str:
    """As it is registered; or region before, in the middle, behind, nowhere; no legal form."""
    brand, trade, city = one.brand, one.trade, one.city
    province = one.province.removesuffix("市")
    short = province.removesuffix("省") if province.endswith("省") else city
    if rng.random() > 0.76 * haste:
        registered = {
            "": f"{city}{brand}{trade}{one.legal}",
            "middle": f"{brand}({city}){trade}{one.legal}",
            "province": f"{short}{brand}{trade}{one.legal}",
        }
        return registered[one.named]
    legal = rng.choice(words.LEGAL_FORMS) if rng.random() < 0.04 else one.legal
    long = f"{one.province}{city}市" if province != city else f"{city}市"
    return rng.choices(
        (
            f"{city}{brand}{trade}{legal}", f"{brand}{trade}", f"{brand}{trade}{legal}",
            f"{brand}({city}){trade}{legal}", f"{city}{brand}{trade}",
            f"{city}市{brand}{trade}{legal}", f"{brand}{trade}{legal}({city})",
            f"{brand}{trade}({city})", f"{city}{brand}", f"{brand}{trade}({city}){legal}",
            f"{long}{brand}{trade}{legal}", f"{city}{one.district}{brand}{trade}{legal}",
        ),
        (20, 115, 105, 55, 68, 68, 42, 42, 28, 26, 36, 20),
    )[0]  # fmt: skip


def _branch(rng: random.Random, one: Customer, haste: float) -> str:
    """With or without the name and place of its head office."""
    brand, trade, city = one.brand, one.trade, one.city
    if rng.random() > 0.55 * haste:
        return f"{one.head}{brand}{trade}{one.legal}{city}分公司"
    return rng.choices(
        (
            f"{brand}{trade}{city}分公司", f"{brand}{trade}({city}分公司)",
            f"{brand}{trade}({city}分)", f"{one.head}{brand}{trade}{one.legal}-{city}",
            f"{brand}{trade}{city}办事处",
        ),
        (32, 32, 14, 13, 9),
    )[0]  # fmt: skip


def shop(rng: random.Random, one: Customer, haste: float) -> str:
    """Of a chain with the road it is in; city and district before its name come and go."""
    name = one.brand + one.trade
    if one.named and rng.random() > 0.35 * haste:
        name = one.named + name
    elif one.outlet and rng.random() < 0.03 * haste:
        name = one.city + name
    if not one.outlet:
        return name
    dash = rng.random() < 0.11 * haste
    return f"{name}-{one.outlet}店" if dash else f"{name}({one.outlet}店)"


def in_chat(rng: random.Random, one: Customer, haste: float) -> str:
    """As somebody notes it beside a name in a chat list: a company's by its shorter forms."""
    brand, trade, city = one.brand, one.trade, one.city
    if one.kind == "shop":
        return shop(rng, one, haste)
    if one.kind == "branch":
        return _branch(rng, one, haste)
    return rng.choices(
        (
            brand + trade, city + brand, city + brand + trade, f"{brand}{trade}({city})",
            brand + trade[:2],
        ),
        (55, 19, 9, 9, 9),
    )[0]  # fmt: skip
