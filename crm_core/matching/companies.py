"""Names of Chinese companies and shops, taken apart into what they are made of (row 5.8); pure.

A name is region + brand + trade + legal form (上海 + 金柏 + 投资 + 有限公司), and people leave
out or move any part but the brand. A branch (泉州分公司) or an outlet (滨江路店) is a customer of
its own.
"""

import re
from functools import lru_cache
from importlib import resources
from operator import eq
from typing import NamedTuple

from crm_core.matching.spelling import sounded
from crm_core.model import regions

_BRACKETS = re.compile(r"[(\[【〔<]([^()\[\]【】〔〕<>]*)[)\]】〕>]?")
_CLUTTER = re.compile(r"[()\[\]【】〔〕<>*\"'“”‘’\s\-—_·,，、/|.&]+")
_LEGAL = re.compile(
    r"(?:普通合伙|有限合伙|特殊普通合伙|个体工商户|合伙企业|"
    r"(?:集团)?(?:股份|控股)?(?:集团)?(?:有限)?(?:责任)?(?:总)?公司|有限责任|股份有限|有限公|有限|"
    r"(?:控股)?集团|总公司|事务所|工作室|合伙)+$"
)
_OF_LEGAL = "普通合伙有限特殊个体工商户企业集团股份控责任总公司事务所作室"
"""Every character of a legal form: nothing before the last other one belongs to it."""
_LEGAL_WORDS = ("有限公司", "责任公司", "股份公司", "集团公司")
_BRANCH = re.compile(
    r"(.*?)(?:第?[一二三四五六七八九十\d]{0,3})(分公司|分厂|分店|分部|办事处|营业部|代表处|分)$"
)
_BRANCH_ENDS = ("分公司", "分厂", "分店", "分部", "办事处", "营业部", "代表处", "分")
_OUTLET = re.compile(r"[^\s()]{1,12}(?:店|专柜|门市)")
_STORE_AT_THE_END = re.compile(
    r"(.*(?:店|房|馆|厅|院|所|坊|市|庄|酒|行|心))[-—_·\s]+([^-—_·\s]{2,10}店)$"
)
_LAST_OF_LEGAL = frozenset("司团伙所室任限公户业")
"""What a legal form ends with: most texts end otherwise, and a look is cheaper than the pattern."""
_BEFORE_LEGAL = _LAST_OF_LEGAL | frozenset("份股")
"""What may end another part of a legal form before the last one."""
_WORDS_OF_LEGAL = frozenset("有限公司")
_NO_NAME = frozenset(["公司", "企业", "个人", "客户", "本公司", "无", "未知", "暂无"])


class Company(NamedTuple):
    """A company's or shop's name in parts; empty texts where a part is missing."""

    brand: str = ""
    """What it calls itself: 金柏."""
    trade: str = ""
    """What it does: 投资."""
    city: str = ""
    """The city in the name, short: 上海; of a branch the city of its head office."""
    branch: str = ""
    """The city or number of a branch, or the name of an outlet without 店: 泉州, 滨江路."""
    outlet: bool = False
    """Whether `branch` names an outlet of a chain."""

    @property
    def seat(self) -> str:
        """The city it sits in: of a branch its own, not that of its head office."""
        named = not self.outlet and self.branch in _branch_cities()
        return self.branch if named else self.city

    @property
    def core(self) -> str:
        """Brand and trade: what two spellings of one name have in common."""
        return self.brand + self.trade

    @property
    def shown(self) -> str:
        """City, brand, trade and branch."""
        place = f"({self.branch}{'店' if self.outlet else ''})" if self.branch else ""
        return f"{self.city}{self.brand}{self.trade}{place}"


NO_COMPANY = Company()


def company(text: str) -> Company:
    """Take a name in plain spelling apart (see `spelling.plain`).

    >>> company("金柏(潍坊)投资有限公司")
    Company(brand='金柏', trade='投资', city='潍坊', branch='', outlet=False)
    """
    return _kept(text)


@lru_cache(maxsize=1 << 13)
def _kept(text: str) -> Company:
    return company_anew(text)


def company_anew(text: str) -> Company:
    """As `company`; for whoever asks of each text once, so that keeping it would be lost time."""
    body, city, branch, outlet = _brackets(text)
    split = _STORE_AT_THE_END.fullmatch(body) if body.endswith("店") else None
    if split and not branch:
        body, branch, outlet = split[1], split[2].removesuffix("店"), True
    if not body.isalnum():
        body = _CLUTTER.sub("", body)
    head, body = _region_off(body)
    city = city or head
    if body.endswith("有限公司") and body[-5:-4] not in _BEFORE_LEGAL:
        body = body[:-4] or body  # By far the commonest; the patterns would say the same.
    else:
        if not branch:
            body, branch = _branch_off(body)
        body = _legal_off(body)
    if outlet and branch:
        place, bare = _region_off(branch)
        city, branch = city or place, bare or branch
    brand, trade = _trade_off(body)
    if brand in _NO_NAME:
        return NO_COMPANY
    return Company(brand, trade, city, branch, outlet)


def _brackets(text: str) -> tuple[str, str, str, bool]:
    """The name without brackets, and what stood in them: city, branch, whether an outlet."""
    if text.isalnum():
        return text, "", "", False
    pieces = _BRACKETS.split(text)
    city = branch = ""
    outlet = False
    for inside in pieces[1::2]:
        town, part, shop = _inside(inside)
        city = city or town
        if part:
            branch, outlet = part, outlet or shop
    return "".join(pieces[::2]), city, branch, outlet


@lru_cache(maxsize=1 << 13)
def _inside(inside: str) -> tuple[str, str, bool]:
    """What stands in brackets: a city, a branch, whether that is an outlet."""
    word = inside.strip().removesuffix("市")
    if not word:
        return "", "", False
    if _OUTLET.fullmatch(word):
        return "", word.removesuffix("店"), True
    if found := _BRANCH.fullmatch(word):
        return "", _city_of(found[1]) or found[1] or "分", False
    return _city_of(word), "", False


def _city_of(word: str) -> str:
    """The short name of the city a text names and nothing else; empty where it is more or none."""
    found = regions.at_head(word)
    if found is None or found.end < len(word.rstrip("省市区县")):
        return ""
    return found.region.town


def _region_off(body: str) -> tuple[str, str]:
    """The city at the head of a name, and the rest; a name that is only a region keeps it."""
    found = regions.at_head(body)
    if found is None and body[2:3] == "市" and len(body) > 4:
        town = _cities_by_sound().get(sounded(body[:2]))  # 络阳市
        return (town, body[3:]) if town else ("", body)
    if found is None or len(body) - found.end < 2:
        return "", body
    return found.region.town, body[found.end :]


def _branch_off(body: str) -> tuple[str, str]:
    """A branch at the end (利卓光电科技泉州办事处) → the company's name, the branch."""
    if not body.endswith(_BRANCH_ENDS):
        return body, ""
    found = _BRANCH.fullmatch(body)
    if found is None:
        return body, ""
    stem = found[1]
    for size in (2, 3, 4, 5, 6):
        if size < len(stem) and (city := _city_of(stem[-size:])):
            return stem[:-size], city
    marker = _without_legal(stem)
    company_end = stem.rfind("公司")
    if company_end > 0 and company_end + 2 < len(stem):
        return stem[: company_end + 2], stem[company_end + 2 :]
    return (stem, "分") if marker and found[2] != "分" else (body, "")


def _legal_off(body: str) -> str:
    bare = _without_legal(body)
    if len(body) > 5 and (bare == body or _odd_end(body)):
        righted = _put_in_order(body) if _WORDS_OF_LEGAL.issubset(body[-6:]) else body
        if righted != body:
            bare = _without_legal(righted)
        elif _nearly_legal(body[-4:]):
            bare = _without_legal(body[:-4])  # 有限公四, 有线公司, 友限公司
    return bare or body


def _without_legal(body: str) -> str:
    """A name without the legal forms it ends with."""
    if body[-1:] not in _LAST_OF_LEGAL:
        return body
    stem = body.rstrip(_OF_LEGAL)
    return stem + _left_of_legal(body[len(stem) :])


@lru_cache(maxsize=1 << 12)
def _left_of_legal(tail: str) -> str:
    """What is no legal form of an end made of such characters; there are few of them."""
    return _LEGAL.sub("", tail)


def _odd_end(body: str) -> bool:
    """Whether a name ends with 公司, but not as legal forms do."""
    return body.endswith("公司") and body[-4:] not in _LEGAL_WORDS


def _put_in_order(body: str) -> str:
    """A legal form with two characters the wrong way round (新材有料限公司, 股有份限公司)."""
    for at in range(len(body) - 6, len(body) - 1):
        righted = body[:at] + body[at + 1] + body[at] + body[at + 2 :]
        if righted.endswith("有限公司"):
            return righted
    return body


def _nearly_legal(end: str) -> bool:
    """Whether four characters are 有限公司 with one written wrongly, or any number by their sound:
    有限供思."""
    if sounded(end[2]) != _legal_sounds()[0][2] and sounded(end[3]) != _legal_sounds()[0][3]:
        return False
    sound = sounded(end)
    return any(sum(map(eq, sound, word)) >= 3 for word in _legal_sounds())


@lru_cache(maxsize=1)
def _legal_sounds() -> tuple[str, ...]:
    return tuple(map(sounded, _LEGAL_WORDS))


def _trade_off(body: str) -> tuple[str, str]:
    """Brand and trade; the brand keeps at least two characters. A trade written by its sound
    (智能克技) is put right."""
    most, works = len(body) - 2, body[-1:] == "厂"
    for size, trade_sound, right in _trades_like(body[-3:]):
        if size <= most and ((end := body[-size:]) == right or sounded(end) == trade_sound):
            if works and (maker := _maker(body, size)):
                return maker
            return body[:-size], right if end == right or end not in _trades().words else end
    return (works and _maker(body, 2)) or (body, "")


@lru_cache(maxsize=1 << 14)
def _trades_like(end: str) -> tuple[tuple[int, str, str], ...]:
    """The trades whose last three characters sound like these, or all two of them."""
    sound = sounded(end)
    alike = _trades().by_sound.get(sound[-2:], ())
    return tuple(one for one in alike if one[1][-3:] in (sound, sound[-2:]))


def _maker(body: str, size: int) -> tuple[str, str] | None:
    """Brand and trade of works (金柏纺织厂), where the trade has `size` characters or more."""
    for longer in range(min(_trades().longest, len(body) - 2), size, -1):
        if longer > 2 and body[-longer:-1] in _trades().words:
            return body[:-longer], body[-longer:-1]
    return None


def is_trade(text: str) -> bool:
    """Whether a text ends with what a company does, or with a legal form."""
    if text.endswith("公司"):
        return True
    if text.endswith(_trades().by_end.get(text[-2:], ())):
        return True
    return _without_legal(text) != text


@lru_cache(maxsize=1)
def _branch_cities() -> frozenset[str]:
    return regions.city_names()


@lru_cache(maxsize=1)
def _cities_by_sound() -> dict[str, str]:
    return {sounded(name): name for name in sorted(regions.city_names()) if len(name) == 2}


class _Trades(NamedTuple):
    """What companies do."""

    words: frozenset[str]
    longest: int
    by_end: dict[str, tuple[str, ...]]
    """Last two characters → the words that end so."""
    by_sound: dict[str, tuple[tuple[int, str, str], ...]]
    """The last two sounds of a word → (its length, its sound, itself), the longest first."""


@lru_cache(maxsize=1)
def _trades() -> _Trades:
    path = resources.files("resources") / "lexicons" / "trades.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    words = frozenset(word for line in lines if not line.startswith("#") for word in line.split())
    ends: dict[str, list[str]] = {}
    sounds: dict[str, list[tuple[int, str, str]]] = {}
    for sound, word in {sounded(word): word for word in sorted(words)}.items():
        sounds.setdefault(sound[-2:], []).append((len(word), sound, word))
    for word in sorted(words):
        ends.setdefault(word[-2:], []).append(word)
    return _Trades(
        words,
        max(map(len, words)),
        {end: tuple(those) for end, those in ends.items()},
        {end: tuple(sorted(those, reverse=True)) for end, those in sounds.items()},
    )
