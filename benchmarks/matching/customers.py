"""Customers as several systems of one company would hold them, with the truth; our own generator.

Each of the real ones (`originals`) is written down by one to seventeen systems, with the slips
people and programs make.

    python -m benchmarks.matching.customers 230000 --seed 1 --out FOLDER
"""

import argparse
import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.matching import slips
from benchmarks.matching.originals import Customer, Maker

FIELDS = ("id", "source", "name", "contact", "phone", "tel", "uscc", "address", "city", "email")
_SIZES = {1: 688, 2: 188, 3: 63, 4: 31, 5: 7, 6: 9, 7: 7, 8: 1, 9: 1, 11: 1, 13: 1, 15: 1, 16: 1}
"""Records of one customer → how often, of a thousand."""
_SOURCES = {
    "corp": {"erp": 51, "sales": 21, "wx_scrm": 18, "webform": 7, "pos": 3},
    "branch": {"erp": 54, "sales": 22, "wx_scrm": 15, "webform": 7, "pos": 2},
    "shop": {"erp": 49, "sales": 22, "wx_scrm": 20, "pos": 9},
    "person": {"mall": 45, "wx_scrm": 25, "sales": 17, "pos": 13},
}
_ASKED = ("contact", "phone", "tel", "uscc", "address", "email")
_FILLED = {
    source: dict(zip(_ASKED, chances, strict=True))
    for source, chances in {
        "erp": (0.88, 0.69, 0.74, 0.78, 0.94, 0.46),
        "sales": (0.85, 0.78, 0.31, 0.17, 0.57, 0.5),
        "webform": (0.82, 0.77, 0.4, 0.22, 0.48, 0.66),
        "pos": (0.9, 0.87, 0.3, 0.12, 0.25, 0.17),
        "mall": (0, 0.93, 0, 0, 0.88, 0.63),
        "wx_scrm": (0, 1.0, 0, 0, 0.07, 0),
    }.items()
}
"""How often a system has a field of a customer that has such a thing at all."""
_HAVE_LINE, _HAVE_EMAIL, _HAVE_ADDRESS = 0.62, 0.36, 0.92


def written_down(rng: random.Random, customer: Customer, source: str) -> dict[str, str]:
    """One customer as one system holds it."""
    row = dict.fromkeys(FIELDS, "")
    row["source"] = source
    chances = _FILLED[source]
    if source == "wx_scrm":
        firm = _firm_in_chat(rng, customer)
        row["name"], row["phone"] = slips.chat_written(
            rng, firm=firm, person=customer.person, mobile=customer.mobile, city=customer.city
        )
    else:
        _name(rng, customer, row, chances)
        if rng.random() < chances.get("phone", 0):
            row["phone"] = slips.mobile_written(rng, customer.mobile)
        if rng.random() < chances.get("tel", 0) and customer.line[1]:
            row["tel"] = slips.line_written(rng, *customer.line)
        if rng.random() < chances.get("uscc", 0) * 0.85 and customer.code:
            row["uscc"] = slips.code_written(rng, customer.code, customer.old_code)
        if rng.random() < chances.get("email", 0) and customer.email:
            row["email"] = slips.email_written(rng, customer.email)
    if customer.road and rng.random() < chances.get("address", 0):
        row["address"] = slips.address_written(
            rng, province=_province_written(customer), city=customer.city,
            district=customer.district, road=customer.road, number=customer.number,
            building=customer.building, unit=customer.unit,
        )  # fmt: skip
    if rng.random() < 0.55:
        row["city"] = customer.city + ("市" if rng.random() < 0.27 else "")
    if not row["phone"] and row["tel"] and rng.random() < 0.01:
        row["phone"], row["tel"] = row["tel"], ""
    return row


def _name(
    rng: random.Random, customer: Customer, row: dict[str, str], chances: dict[str, float]
) -> None:
    if customer.kind == "person":
        row["name"] = slips.person_written(rng, customer.person, titled=0.1)
        return
    row["name"] = _firm_written(rng, customer)
    if rng.random() < chances.get("contact", 0):
        row["contact"] = slips.person_written(rng, customer.person, titled=0.18)
        if rng.random() < 0.005:
            row["name"], row["contact"] = row["contact"], row["name"]


def _firm_written(rng: random.Random, one: Customer) -> str:
    if one.kind == "shop":
        return slips.shop_written(
            rng, brand=one.brand, trade=one.trade, outlet=one.outlet, city=one.city
        )
    if one.kind == "branch":
        return slips.branch_written(
            rng, head=one.head, brand=one.brand, trade=one.trade, legal=one.legal, city=one.city
        )
    return slips.company_written(
        rng, brand=one.brand, trade=one.trade, legal=one.legal, city=one.city,
        district=one.district, province=one.province,
    )  # fmt: skip


def _firm_in_chat(rng: random.Random, one: Customer) -> str:
    if one.kind == "person":
        return ""
    if one.kind == "shop":
        return slips.shop_written(
            rng, brand=one.brand, trade=one.trade, outlet=one.outlet, city=one.city
        )
    if one.kind == "branch":
        short = f"{one.brand}{one.trade}({one.city}分)"
        whole = f"{one.head}{one.brand}{one.trade}{one.legal}{one.city}分公司"
        return rng.choice((short, whole, f"{one.brand}{one.trade}{one.city}分公司"))
    return rng.choices(
        (
            one.brand + one.trade, one.city + one.brand, one.city + one.brand + one.trade,
            one.brand + one.trade[:2], f"{one.brand}{one.trade}({one.city})",
        ),
        (46, 18, 18, 12, 6),
    )[0]  # fmt: skip


def _province_written(one: Customer) -> str:
    return "" if one.province.removesuffix("市") == one.city else one.province


def _lacking(rng: random.Random, customer: Customer) -> Customer:
    """A customer without what many do not have: a landline, an e-mail address, a known address."""
    if customer.line[0] and rng.random() > _HAVE_LINE:
        customer = replace(customer, line=("", ""))
    if rng.random() > _HAVE_EMAIL:
        customer = replace(customer, email="")
    if rng.random() > _HAVE_ADDRESS:
        customer = replace(customer, road="")
    return customer


def make(count: int, *, seed: int) -> Iterator[tuple[dict[str, str], int, str]]:
    """Rows, each with the number of its customer and what kind it is; `count` rows, mixed."""
    rng = random.Random(seed)
    maker, number = Maker(rng), 0
    rows: list[tuple[dict[str, str], int, str]] = []
    while len(rows) < count:
        for whole in maker.group():
            customer = _lacking(rng, whole)
            sources, weights = zip(*_SOURCES[customer.kind].items(), strict=True)
            for _ in range(rng.choices(tuple(_SIZES), tuple(_SIZES.values()))[0]):
                source = rng.choices(sources, weights)[0]
                rows.append((written_down(rng, customer, source), number, customer.kind))
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
