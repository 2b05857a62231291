"""How customers stand in somebody's chat list: person, company and number in one name."""

import random

from benchmarks.matching import firms, slips, words
from benchmarks.matching.originals import Customer


def write(rng: random.Random, one: Customer, row: dict[str, str], haste: float) -> None:
    """Fill the name in, and the number or the address beside it."""
    titled = one.person[0] + rng.choice(words.TITLES)
    if rng.random() < (0.15 if one.kind == "branch" else 0.3):
        row["name"] = f"{titled}_{one.mobile[:3]}****{one.mobile[-4:]}"
    elif one.kind == "person":
        _alone(rng, one, row, haste)
    else:
        _with_firm(rng, one, row, titled, haste)


def _alone(rng: random.Random, one: Customer, row: dict[str, str], haste: float) -> None:
    name = slips.person_written(rng, one.person, haste)
    if rng.random() < 0.41:
        behind = one.city if rng.random() < 0.22 else rng.choice(words.NOTES)
        row["name"] = f"{name} {behind}"
        row["phone"] = slips.mobile_written(rng, one.mobile, haste, masked=0.29)
        return
    row["name"] = name
    if rng.random() < 0.74:
        row["phone"] = slips.mobile_written(rng, one.mobile, haste, masked=0)
    if not row["phone"] or rng.random() < 0.31:
        row["address"] = slips.address_of(rng, one, haste)


def _with_firm(
    rng: random.Random, one: Customer, row: dict[str, str], titled: str, haste: float
) -> None:
    if rng.random() < 0.27:
        row["name"] = slips.person_written(rng, one.person, haste)
        row["phone"] = slips.mobile_written(rng, one.mobile, haste, masked=0)
        return
    firm = slips.slipped(rng, firms.in_chat(rng, one, haste), haste, sound=0.08)
    person = slips.person_written(rng, one.person, haste, titled=0)
    form = rng.choices(range(4), (41, 30, 20, 9))[0]
    row["name"] = (
        f"{titled}-{firm}",
        f"{firm}{titled}",
        f"A{'A' * rng.randrange(2)}{firm} {person}",
        f"{firm} {person}",
    )[form]
    if rng.random() < (0.78 if haste < 1 else 0.93):
        row["phone"] = slips.mobile_written(rng, one.mobile, haste, masked=0.28 if form < 2 else 0)
