"""Customers as several systems of one company would hold them, with the truth; our own generator.

Each of the real ones (`originals`) is written down by one to seventeen systems, with the slips
people and programs make. Kinds, sizes, what is filled in, how often it is written which way and
what several customers share are as in the labelled sample of this project (decision 084).

    python -m benchmarks.matching.customers 230000 --seed 1 --out FOLDER
"""

import argparse
import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.matching import chats, firms, slips
from benchmarks.matching.originals import Customer, Maker

FIELDS = ("id", "source", "name", "contact", "phone", "tel", "uscc", "address", "city", "email")
_SIZES = {
    1: 6878, 2: 1882, 3: 627, 4: 314, 5: 74, 6: 86, 7: 72, 8: 6, 9: 8, 10: 6, 11: 6, 12: 4,
    13: 10, 14: 6, 15: 8, 16: 8, 17: 5,
}  # fmt: skip
"""Records of one customer → how often, of ten thousand."""
_SOURCES = {
    "corp": {"erp": 51, "sales": 21, "wx_scrm": 18, "webform": 7, "pos": 3},
    "branch": {"erp": 54, "sales": 22, "wx_scrm": 15, "webform": 7, "pos": 2},
    "shop": {"erp": 49, "sales": 22, "wx_scrm": 20, "pos": 9},
    "person": {"mall": 45, "wx_scrm": 25, "sales": 17, "pos": 13},
}
_CITY = {"pos": 0.71, "mall": 0.58, "sales": 0.59, "wx_scrm": 0.5}
"""How often a system has the city of a private person; of all others by a little over half."""
_WITH_CARE = 0.43
"""How many slips there are when a customer is entered for the first time, of those later."""
_NUMBERS_SHARED = 0.014
"""How often a company's record has the number of an agent who stands for several."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the systems know of one customer: it moves, and more than one person answers."""

    now: Customer
    before: Customer
    """The same at its former address."""
    moved: float
    """How often that one is written down."""
    others: tuple[tuple[str, str], ...]
    """Names and numbers of further people who answer."""
    other: float
    """How often one of them is written down."""


def written_down(
    rng: random.Random, known: Known, source: str, agents: Sequence[str], haste: float
) -> dict[str, str]:
    """One customer as one system holds it, entered with this `haste`: 1 is the usual one."""
    one = known.now
    if haste == 1:
        one = known.before if rng.random() < known.moved else one
        if known.others and rng.random() < known.other:
            person, mobile = rng.choice(known.others)
            one = replace(one, person=person, mobile=mobile)
    row = {**dict.fromkeys(FIELDS, ""), "source": source}
    if source == "wx_scrm":
        chats.write(rng, one, row, haste)
    elif one.kind == "person":
        _person(rng, one, row, haste)
    else:
        _firm(rng, one, row, agents, haste)
    chance = _CITY[source] if one.kind == "person" else 0.49 if source == "wx_scrm" else 0.545
    if rng.random() < chance:
        row["city"] = one.city + ("市" if source == "erp" and rng.random() < 0.45 else "")
    return row


def _person(rng: random.Random, one: Customer, row: dict[str, str], haste: float) -> None:
    row["name"] = slips.person_written(rng, one.person, haste)
    till = row["source"] == "pos"
    if till or rng.random() < 0.93:
        row["phone"] = slips.mobile_written(rng, one.mobile, haste, masked=0.19)
    if not till and rng.random() < (0.8 if row["phone"] else 0.88):
        row["address"] = slips.address_of(rng, one, haste)
    if not till and rng.random() < 0.55 and one.email:
        row["email"] = slips.email_written(rng, one.email, haste)


def _firm(
    rng: random.Random, one: Customer, row: dict[str, str], agents: Sequence[str], haste: float
) -> None:
    erp = row["source"] == "erp"
    row["name"] = firms.written(rng, one, haste)
    if rng.random() < 0.855:
        _contact(rng, one, row, haste)
    mobile, masked = one.mobile, 0.02 if erp else 0.1
    if one.kind != "shop" and rng.random() < _NUMBERS_SHARED:
        mobile = rng.choice(agents)
    if rng.random() < 0.68:
        row["phone"] = slips.mobile_written(rng, mobile, haste, masked=masked)
    _numbers_of_firm(rng, one, row, haste)
    if rng.random() < (0.86 if erp else 0.41):
        row["address"] = slips.address_of(rng, one, haste)
    if rng.random() < 0.45 and one.email:
        row["email"] = slips.email_written(rng, one.email, haste)
    # Whoever is entered again has something they are known by.
    if haste == 1 and not any(map(row.get, ("phone", "tel", "uscc", "address", "email"))):
        known_by = rng.random()
        if known_by < 0.75:
            row["phone"] = slips.mobile_written(rng, mobile, haste, masked=masked)
        if known_by > 0.6:
            row["address"] = slips.address_of(rng, one, haste)


def _contact(rng: random.Random, one: Customer, row: dict[str, str], haste: float) -> None:
    row["contact"] = slips.person_written(rng, one.person, haste)
    draw = rng.random()
    if draw < 0.003:
        row["name"], row["contact"] = row["contact"], row["name"]
    elif draw < 0.006:
        row["contact"] = row["name"]


def _numbers_of_firm(rng: random.Random, one: Customer, row: dict[str, str], haste: float) -> None:
    erp = row["source"] == "erp"
    line = ("", one.hotline) if one.hotline and rng.random() < 0.9 else one.line
    if rng.random() < (0.74 if erp else 0.34) and line[1]:
        row["tel"] = slips.line_written(rng, *line, haste)
    chance = 0.72 if erp else 0.095 if one.kind == "shop" else 0.17
    if rng.random() < chance and one.code:
        row["uscc"] = slips.code_written(rng, one.code, one.old_code, haste)
    if row["tel"] and rng.random() < 0.004:
        row["phone"], row["tel"] = row["tel"], row["phone"]


def known_of(rng: random.Random, maker: Maker, customer: Customer) -> Known:
    """What is known of a customer: many lack a landline, a code or an e-mail address."""
    kind = customer.kind
    lacks: Mapping[str, float] = {
        "corp": {"line": 0.36, "email": 0.54},
        "branch": {"line": 0.36, "email": 0.3},
        "shop": {"line": 0.62, "code": 0.44},
        "person": {"line": 1.0, "email": 0.6},
    }[kind]
    if customer.line[0] and rng.random() < lacks["line"]:
        customer = replace(customer, line=("", ""))
    if rng.random() < lacks.get("code", 0):
        customer = replace(customer, code="")
    if rng.random() < lacks.get("email", 0):
        customer = replace(customer, email="")
    others: list[tuple[str, str]] = []
    if kind in ("corp", "branch"):
        for _ in range(rng.choices((0, 1, 2), (78, 19, 3))[0]):
            own = maker.person()
            others.append((own.person, own.mobile))
    before, moved = customer, 0.0
    if kind != "person" and rng.random() < 0.12:
        before, moved = maker.at(customer, maker.person(customer.city)), 0.2
    return Known(customer, before, moved, tuple(others), 0.25)


def make(count: int, *, seed: int) -> Iterator[tuple[dict[str, str], int, str]]:
    """Rows, each with the number of its customer and what kind it is; `count` rows, mixed."""
    rng = random.Random(seed)
    maker, number = Maker(rng), 0
    agents = [maker.person().mobile for _ in range(1 + count // 333)]
    rows: list[tuple[dict[str, str], int, str]] = []
    while len(rows) < count:
        for whole in maker.group():
            known = known_of(rng, maker, whole)
            sources, weights = zip(*_SOURCES[whole.kind].items(), strict=True)
            for again in range(rng.choices(tuple(_SIZES), tuple(_SIZES.values()))[0]):
                source = rng.choices(sources, weights)[0]
                row = written_down(rng, known, source, agents, 1 if again else _WITH_CARE)
                rows.append((row, number, whole.kind))
            number += 1
    rng.shuffle(rows)
    yield from rows[:count]


def write(folder: Path, count: int, *, seed: int) -> None:
    """customers.csv and truth.csv in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "customers.csv").open("w", encoding="utf-8", newline="") as rows,
        (folder / "truth.csv").open("w", encoding="utf-8", newline="") as truth,
    ):
        written, known = csv.DictWriter(rows, FIELDS), csv.writer(truth)
        written.writeheader()
        known.writerow(("id", "entity", "kind"))
        for number, (row, entity, kind) in enumerate(make(count, seed=seed)):
            written.writerow({**row, "id": number})
            known.writerow((number, entity, kind))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    write(given.out, given.count, seed=given.seed)
