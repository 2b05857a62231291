"""Sums of money in a note and what they bound: 两万五左右, 二十到三十万, 三千来块, 3万以内.

A difference (贵四千, 便宜一块五) is money but no budget.
"""

import re
from dataclasses import dataclass

from crm_core.notes.numbers import SPOKEN, Amount, amount_of, value_of
from crm_core.notes.segments import BREAK, Board, Mark


def _part(name: str) -> str:
    return (
        rf"(?P<{name}>{SPOKEN})(?P<{name}_about>[来多余几])?(?P<{name}_big>[万千百亿wW](?!\d))?"
        rf"(?P<{name}_unit>块钱?|元|美元|美金|欧元|港币|人民币)?"
    )


_SUM = re.compile(
    r"(?:(?P<before>不到|不足|少于|低于|不超过|不超|不高于|不能超过|别超过|最多|顶多|上限|封顶|控制在|至少|最少|不低于|不少于|起码|大概|大约|差不多)(?:只?能?(?:出|给|花|付|要|是|到))?)?"
    rf"(?:{_part('a')}(?:到|至|~|-|—))?{_part('b')}"
    r"(?P<small>[一二三四五六七八九\d](?![二三四五六七八九十百千万\d]|一[百千万十])毛?)?"
    r"(?P<after>左右|上下|以内|之内|内(?!部)|以下|之下|以上|往上|起步|起|封顶|出头|不到)?"
)
_COINS = re.compile(
    rf"(?:(?P<yuan>{SPOKEN})块)?(?P<mao>[一二两三四五六七八九\d])[毛角](?P<fen>[一二三四五六七八九\d])?分?"
)
_PERCENT = re.compile(
    rf"百分之{SPOKEN}|\d+(?:\.\d+)?[%％]|{SPOKEN}(?:个百分点|个点|折|成(?!交|立|都|功|本))"
)
_DIALLED = re.compile(
    r"[零〇一二三四五六七八九]{7,}|(?<!\d)(?:1[3-9]\d{9}|0\d{9,11}|400\d{7})(?!\d)"
)
"""A number read digit by digit is dialled, and nothing is counted by it."""
_KEYWORD = re.compile(
    r"(?:预算|单价|总价|报价|报了?|价格|价位|费用|总额|合同额|金额|打款|付款|欠款?|货款|尾款|定金|订金|"
    r"预付|首付|成交价?|费|特价|一口价|团购价|优惠价|均价|[涨降压调]到|打包|花|学费|出价|打了|付了?|交了?|签了|回款|收款?|刷了?|转了?|一共|总共|合计|"
    r"大概|在|是|约|要|就|给|有|才|只有|款|每[台套箱个件盒瓶人年月]|[\ue001\ue007])$"
)
_STRONG = re.compile(
    r"(?:预算|单价|总价|报价|价格|价位|费用|金额|打款|欠款?|货款|尾款|定金|学费|年费|月费|人均|客单价?)[^，]{0,3}$"
)
_DIFFERENCE = re.compile(
    r"(?:比\ue003+[^，]?|贵|便宜|低|(?<!还)(?<!款)差|高|降(?!到)|优惠|返|减|省|涨(?!到)|让利?|多|少|补贴|补差|差价|折扣|[挣赚亏赔罚扣]|损失|赔偿)"
    r"(?:[了出个掉收要花赚报给]|我们|咱们?|他们?|人家){0,2}(?:大概|差不多|将近)?$"
)
_DIFFERENCE_AFTER = re.compile(r"^(?:的?优惠|的?折扣|的?返利|的?差价|的?便宜|的?陈列费)")
_PIECES = (
    "台套箱盒件吨瓶包支根米辆名位份张把卷桶袋只条副斤组节片提打车板托罐枚颗粒"
    "批户间本册期门款双捆坛杯碗棵桌"
)
_FOR_EACH = re.compile(
    r"(?:每|各|单(?!价)|(?<![一二三四五六七八九十\d])[一1])个?(?:人|位|家|店|门店|年|月|天|次|节|课时|小时|季度?|学期"
    rf"|[{_PIECES}]|公斤|平米|[{Mark.QUANTITY}]+)(?:一?[年月天次])?(?:就|才|要|给|算|按|卖)?$|[{Mark.QUANTITY}](?:才|就|要|卖|给)?$"
)
"""每人三百八, 一坛一百六, 每箱十八: a bare number after what it is the price of."""
_AGAINST = re.compile(
    rf"{Mark.MONEY}[^，]{{0,4}}，(?:我们?|咱们?|我方|[他她]们?|对方|客户|人家|[{Mark.CONTACT}]+)(?:这边|家|那边)?"
    r"(?:报价?|卖|是|要|给|能?做到|说|还价?|只[出给肯]|最多)?$"
)
"""山特维克一片四十八，我们三十九: a bare number held against a sum."""
_THEIRS = re.compile(
    rf"(?:[{Mark.COMPETITOR}]+|对手|竞品|别家|别人|人家)(?:那?边|家|的|他们|现在|最近|[{Mark.PRODUCT}{Mark.QUANTITY}]|每|一)*"
    r"(?:报价?的?|开价|出价?|卖|给|才|只要?|是|要|价格|搞?特价|做到|[了到的])*$"
)
"""What a competitor asks is no budget of the customer."""
_LESSER = re.compile(
    r"(?:底价|成本价?|进价|去年(?:是|付了?)?|以前|原来|原价|首[年付期笔]|定金|订金|预付款?|其中|已付|先[付打交]了?|报名费|"
    r"开票费|运费|押金|保证金)[^，]{0,2}$"
)
"""A part of the sum, or what stands beside it."""
_HARDLY_A_SUM = frozenset(("两", "一", "俩"))
"""货款两清, 价格一样: no sums without a scale or a unit."""
_REPEATED = re.compile(
    rf"{Mark.MONEY}，?(?:哦|啊|噢)?(?:不对|不是|错了|说错了|更正|应该|不)，?(?:应该)?是?$"
)
_UPPER = {"以内", "之内", "内", "以下", "之下", "封顶", "不到"}
_UPPER_BEFORE = frozenset(
    [
        "不到",
        "不足",
        "少于",
        "低于",
        "不超过",
        "不超",
        "不高于",
        "不能超过",
        "别超过",
        "最多",
        "顶多",
        "上限",
        "封顶",
        "控制在",
    ]
)
_TOGETHER = re.compile(r"(?:儿|卖|放|去|来|走|吃|聊|谈|做|办|买|送|结|签|过)")
"""跟洽洽放一块卖: side by side, not for one yuan."""
_CAPPED = re.compile(r"限价(?:是|定)?$")
"""A tender's ceiling."""
_LOWER = {"以上", "往上", "起步", "起"}
_LOWER_BEFORE = {"至少", "最少", "不低于", "不少于", "起码"}
_BOUNDS_BEFORE = _UPPER_BEFORE | _LOWER_BEFORE
_SCALE = {"万": 1e4, "w": 1e4, "W": 1e4, "千": 1e3, "百": 1e2, "亿": 1e8}
_CURRENCY = {"美元": "USD", "美金": "USD", "欧元": "EUR", "港币": "HKD"}
_NOT_MONEY_NEXT = re.compile(
    r"^(?:个|天|年|月|号|日|点|周|小时|分钟|次|岁|年级|楼|层|倍|位|期|班|成(?!交)|折|%|种|条|户|遍|章|页|路|度|环|线|级|代|家|米|公里)"
)


@dataclass(frozen=True, slots=True)
class Money:
    """A sum at `start`..`end`; a missing bound is None; `difference` is no budget."""

    start: int
    end: int
    low: float | None
    high: float | None
    currency: str
    difference: bool
    strong: bool
    """A word such as 预算 says what it is."""
    vague: bool
    lesser: bool = False
    """A part of a sum (首付, 定金), what it was once, or what it costs us."""
    theirs: bool = False
    """What a competitor asks."""


def cover_percentages(board: Board) -> None:
    """Mark percentages, discounts and telephone numbers: they are neither money nor pieces."""
    for match in list(_DIALLED.finditer(board.mask)):
        board.cover(match.start(), match.end(), Mark.FIGURE)
    for match in list(_PERCENT.finditer(board.mask)):
        board.cover(match.start(), match.end(), Mark.FIGURE)


def find_money(board: Board) -> list[Money]:
    """Every sum of the note, marked on the board."""
    found = _coins(board)
    for match in list(_SUM.finditer(board.mask)):
        money = _read(board, match)
        if money is not None:
            found.append(money)
            board.cover(money.start, money.end, Mark.MONEY)
    return sorted(found, key=lambda one: one.start)


def _coins(board: Board) -> list[Money]:
    """两毛八, 一块五毛八: prices below a yuan or with its tenths and hundredths."""
    found = []
    for match in list(_COINS.finditer(board.mask)):
        yuan = value_of(match["yuan"]) if match["yuan"] else 0.0
        tenths, cents = value_of(match["mao"]), value_of(match["fen"] or "零")
        if yuan is None or tenths is None or cents is None:
            continue
        value = round(yuan + tenths / 10 + cents / 100, 2)
        before = board.mask[max(0, match.start() - 8) : match.start()]
        difference = bool(_DIFFERENCE.search(before))
        strong = bool(_STRONG.search(before))
        found.append(
            Money(match.start(), match.end(), value, value, "CNY", difference, strong, vague=False)
        )
        board.cover(match.start(), match.end(), Mark.MONEY)
    return found


def _read(board: Board, match: re.Match[str]) -> Money | None:
    if not _is_money(board.mask, match):
        return None
    last = _amount(match, "b")
    if last is None:
        return None
    first = _range_start(match, last)
    low, high = _bounds(match, first, last)
    before = board.mask[max(0, match.start() - 8) : match.start()]
    return Money(
        start=match.start(),
        end=match.end(),
        low=low,
        high=high,
        currency=_CURRENCY.get(match["b_unit"] or "", "CNY"),
        difference=bool(
            _DIFFERENCE.search(before) or _DIFFERENCE_AFTER.match(board.mask[match.end() :])
        ),
        strong=bool(_STRONG.search(before)),
        vague=bool(match["b_about"] or match["after"] in {"左右", "上下", "出头"}),
        lesser=bool(_LESSER.search(before)),
        theirs=bool(_THEIRS.search(board.mask[max(0, match.start() - 20) : match.start()])),
    )


def _is_money(mask: str, match: re.Match[str]) -> bool:
    rest = mask[match.end() :]
    if match["b_unit"] or match["a_unit"]:
        return not (match["b_unit"] == "块" and match["b"] == "一" and _TOGETHER.match(rest))
    if not match["after"] and not match["small"] and _NOT_MONEY_NEXT.match(rest):
        return False
    if match["b"] in _HARDLY_A_SUM and not match["b_big"]:
        return False
    before = mask[max(0, match.start() - 8) : match.start()]
    if _STRONG.search(before) or _repeats(mask[max(0, match.start() - 12) : match.start()]):
        return True
    amount = amount_of(match["b"])
    if amount is None:
        return False
    big = bool(match["b_big"] in {"万", "千", "亿", "w", "W"}) or amount.high >= 1000
    if big:
        return not re.search(r"(?:电话|手机|尾号|编号|单号|号码|房间?|型号)$", before)
    if amount.high >= 10 and rest.startswith(Mark.QUANTITY) and not match["after"]:
        return True
    if amount.high >= 10 and not rest.startswith(("个", "％")) and _is_priced(mask, match.start()):
        return True
    bounded = match["before"] in _BOUNDS_BEFORE
    if match["after"] and not bounded and amount.high >= 100 and before[-1:] in ("", BREAK):
        return True
    return bool(bounded or _KEYWORD.search(before)) and (amount.high >= 100 or bool(match["after"]))


def _is_priced(mask: str, start: int) -> bool:
    before = mask[max(0, start - 24) : start]
    return bool(_FOR_EACH.search(before) or _AGAINST.search(before))


def _repeats(before: str) -> bool:
    """一百六，不对，是一百五: after a correction a bare number is what the last one was."""
    return bool(_REPEATED.search(before))


def _amount(match: re.Match[str], part: str) -> Amount | None:
    words = match[part]
    if words is None:
        return None
    amount = amount_of(words)
    if amount is None:
        return None
    scale = _SCALE.get(match[f"{part}_big"] or "", 1.0)
    small = match["small"] if part == "b" and match["b_unit"] in {"块", "元"} else None
    cents = amount_of(small.rstrip("毛")) if small else None
    extra = cents.low / 10 if cents else 0.0
    return Amount(round(amount.low * scale + extra, 4), round(amount.high * scale + extra, 4))


def _range_start(match: re.Match[str], last: Amount) -> Amount:
    """六十到八十万: the first number borrows the scale of the second."""
    first = _amount(match, "a")
    if first is None:
        return last
    big = next((one for one in (match["b_big"], match["b"][-1:]) if one in _SCALE), None)
    if big is not None and first.high * _SCALE[big] <= last.high and first.high < _SCALE[big]:
        return Amount(first.low * _SCALE[big], first.high * _SCALE[big])
    return first


def _bounds(match: re.Match[str], first: Amount, last: Amount) -> tuple[float | None, float | None]:
    if match["a"] is not None:
        return min(first.low, last.high), max(first.low, last.high)
    if match["after"] in _UPPER or match["before"] in _UPPER_BEFORE:
        return None, last.high
    if _CAPPED.search(match.string[max(0, match.start() - 6) : match.start()]):
        return None, last.high
    if match["after"] in _LOWER or match["before"] in _LOWER_BEFORE:
        return last.low, None
    return last.low, last.high
