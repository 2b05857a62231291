"""Names as address books and chat lists hold them: person, company and number in one; pure."""

import re
from typing import NamedTuple

from crm_core.matching import companies, people
from crm_core.matching.people import NOBODY, Person
from crm_core.model import regions

_NUMBER = re.compile(r"1[3-9]\d(?:\*{2,6}\d{4}|\d{8})")
_FIRST = re.compile(r"a{1,4}(?=[\s一-鿿])")
_BETWEEN = re.compile(r"[\s\-—_·,，、/|]+(?![^(（]*[)）])")
_NOTED = re.compile(r"\((?:已停用|停用|展会|新|旧|老客户|新客户|微信同号|重复|作废)\)")
_NOTE_BRACKETS = re.compile(rf"【[^】]*】|{_NOTED.pattern}|(?<=[一-鿿)]{{4}})[*]+$")
_NOTES = frozenset(
    """
    新客 老客 复购 群友 客户 新客户 老客户 意向 重点 待跟进 已成交 朋友 同学 介绍 转介绍 展会
    微信 备用
    """.split()  # noqa: SIM905
)
_LONGEST_NOTE = 2
_LONGEST_NAME = 3


class Called(NamedTuple):
    """What a name says: a company (plain text), a person, a number, a city; empty where not."""

    company: str = ""
    who: Person = NOBODY
    number: str = ""
    city: str = ""


def called(text: str, *, of_company: bool = False) -> Called:
    """Take a name in plain spelling apart: 张总_138****5678, 赵总-温州远利优, AA菊德星塑料 胡金宇.

    `of_company` says that the person is known from elsewhere: a bare name of two or three
    characters is a company's then.
    """
    if not text:
        return _NOBODY
    if text.endswith("有限公司") and text.isalnum() and "1" not in text and text[0] != "a":
        return Called(text)  # Nothing else stands in nearly half of all names.
    if len(text) <= _LONGEST_NAME and not of_company and not companies.is_trade(text):
        who = people.person(text)
        if who is not NOBODY:
            return Called("", who)
    if "【" in text or text[-1] == "*" or ("(" in text and _NOTED.search(text)):
        text = _NOTE_BRACKETS.sub("", text).strip()
    if text[:1] == "a" and (first := _FIRST.match(text)):
        text = text[first.end() :].strip()
    number = ""
    if "1" in text and (found := _NUMBER.search(text)):
        number = found[0]
        text = text[: found.start()] + " " + text[found.end() :]
    parts = [text] if text.isalnum() else [part for part in _BETWEEN.split(text) if part]
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        parts = ["".join(parts)]
    if len(parts) == 1:
        company, who = _one(parts[0], of_company=of_company)
        return Called(company, who, number)
    return _several(parts, number, of_company=of_company)


_NOBODY = Called()


def _one(part: str, *, of_company: bool) -> tuple[str, Person]:
    who = people.person(part)
    if who is not NOBODY and (who.titled or not (of_company or companies.is_trade(part))):
        return "", who
    if companies.is_trade(part):
        return part, NOBODY
    company, who = people.split_title_off(part)
    return company, who


def _several(parts: list[str], number: str, *, of_company: bool) -> Called:
    who, city, words = NOBODY, "", list[str]()
    for part in parts:
        person = people.person(part)
        if person is not NOBODY and who is NOBODY and (person.titled or not of_company):
            who = person
            continue
        if part in _NOTES:
            continue
        if place := _city(part):
            if words and words[-1].endswith("公司"):
                words.append(f"({place}分)")  # 常州辰丰电子有限公司-徐州
            else:
                city = city or place
        elif words and (outlet := _outlet(part)):
            words.append(f"({outlet[0]})")
            who = outlet[1] if who is NOBODY else who
        elif len(part) > _LONGEST_NOTE or who is NOBODY:
            words.append(part)
    company = "".join(words)
    if company and who is NOBODY:
        company, who = _one(company, of_company=of_company)
    return Called(company, who, number, city)


def _outlet(part: str) -> tuple[str, Person] | None:
    """The name of an outlet, perhaps with a person stuck to it: 上海西路店张总."""
    if part.endswith("店"):
        return part, NOBODY
    shop, who = people.split_title_off(part)
    return (shop, who) if shop.endswith("店") else None


def _city(part: str) -> str:
    found = regions.at_head(part)
    if found is None or found.end < len(part):
        return ""
    return found.region.town
