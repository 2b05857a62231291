"""What the words give away: objection categories, stage of the deal, sentiment, concerns."""

import re
from collections.abc import Sequence

from crm_core.notes.lexicon import Lexicon
from crm_core.notes.segments import BREAK, MARKS, Board

_ASKED = re.compile(
    r"(?:能不能|可不可以|可以|是否能?|是不是|有没有|有无|会不会|怎么|如何|多久|什么时候能?|了|过|的是|的|着|一下"
    r"|：|我们的?|你们的?|我方|咱们的?|这边|下|说|最|主要|就是|到|能否|支不支持|想|希望|我|对)+"
)
_STOP = re.compile(
    r"[，\ue002\ue004-\ue008]|预算|现在用|目前用|之前用|要求|希望|领导|一共|样品先|先拿|先试|报价|尽快|回头|挺满意|很满意|很不|不满|态度|非常|挺|不考虑"
)
_NOT_CONCERN = re.compile(
    r"多少钱|报价|什么价|价格|合同|贵|便宜|满意|考虑|再说|商量|算了|就不|够用|看看$|^(?:要|想|先|不想|不要|就|没有?$|可以|行|好|挺好|很好|不错|等)|签|打款|招标|退款|退货|换货"
)
_CARES = re.compile(r"最?(?:关注|关心|在意|在乎|看重)")
_COPY = re.compile(
    r"\ue003+(?:都)?(?:给|送|有|做|提供)了?(?P<what>[^，\ue001-\ue008]{1,8})(?=，?(?:问|要求|希望|让)?我们也)"
)
_STATE = re.compile(
    r"(?:要|得|必须|能不能|太|不|怕|有没有|能否|够不够|是不是|保证|稳不稳|慢|差|短|长|快|严|难|问题)"
)
_COMPLAINT = re.compile(
    r"没效果|卖不动|卖得慢|滞销|异响|答非所问|容易[破坏掉断]|太(?:薄|脆|吵|重|复杂)|漏[水油气液]|坏了|故障|跟不上|听不懂|不会用|开裂|生锈|发霉|破损|"
    r"不准|卡顿|崩溃|死机|打不开|报错|过期|临期|口感[^，]{1,3}|批间差"
)


def objections(board: Board, lexicon: Lexicon) -> list[tuple[str, int, int]]:
    """Each objection category heard, with the stretch that gave it away."""
    found = []
    for category, form in lexicon.objections.items():
        match = form.search(board.named) or form.search(board.mask)
        if match:
            found.append((category, match.start(), match.end()))
    return found


def stage(board: Board, lexicon: Lexicon) -> tuple[str, int, int] | None:
    """The stage the words hint at; the most decisive one wins."""
    for name, form in lexicon.stages:
        match = form.search(board.mask) or form.search(board.named)
        if match:
            return name, match.start(), match.end()
    return None


def sentiment(board: Board, lexicon: Lexicon) -> tuple[str, int, int] | None:
    """`-` or `+` with its words; a complaint outweighs praise."""
    for sign, form in (("-", lexicon.negative), ("+", lexicon.positive)):
        match = form.search(board.named)
        if match:
            return sign, match.start(), match.end()
    return None


def concerns(
    board: Board, lexicon: Lexicon, busy: Sequence[tuple[int, int]]
) -> list[tuple[str, int, int]]:
    """What the customer cares about or complains of, in their words; none within `busy`."""
    found: list[tuple[str, int, int]] = []
    copied = _COPY.search(board.mask)
    if copied:
        found.append(("给" + copied["what"], copied.start(), copied.end()))
    for match in lexicon.concern_triggers.finditer(board.mask):
        ours = board.mask[: match.start()].endswith(("我", "我们"))
        if not ours and not any(start <= match.start() < end for start, end in busy):
            _add(found, _after_trigger(board, lexicon, match))
    if not found:
        _add(found, _about_noun(board, lexicon))
    if not found:
        _add(found, _complaint(board))
    return found


def _add(found: list[tuple[str, int, int]], one: tuple[str, int, int] | None) -> None:
    if one is not None and all(one[2] <= a or b <= one[1] for _, a, b in found):
        found.append(one)


def _after_trigger(
    board: Board, lexicon: Lexicon, match: re.Match[str]
) -> tuple[str, int, int] | None:
    start = match.end()
    while True:
        strip = (
            MARKS.match(board.mask, start)
            if board.mask[start : start + 1] in "\ue001\ue003\ue004"
            else None
        )
        asked = _ASKED.match(board.mask, start)
        ahead = max(start, strip.end() if strip else start, asked.end() if asked else start)
        if ahead == start:
            break
        start = ahead
    stop = _STOP.search(board.mask, start)
    end = stop.start() if stop else len(board.mask)
    raw = board.mask[start:end]
    if len(MARKS.sub("", raw)) < 2 or _NOT_CONCERN.search(raw) or lexicon.positive.search(raw):
        return None
    if _is_objection(board.mask[match.start() : end], lexicon) and not _CARES.match(match[0]):
        return None
    if BREAK in raw:
        return None
    return board.words[start:end].rstrip("的呢吗啊"), start, end


def _is_objection(raw: str, lexicon: Lexicon) -> bool:
    return any(form.search(raw) for form in lexicon.objections.values())


def _about_noun(board: Board, lexicon: Lexicon) -> tuple[str, int, int] | None:
    for match in lexicon.concern_nouns.finditer(board.mask):
        stop = _STOP.search(board.mask, match.end())
        end = stop.start() if stop else len(board.mask)
        raw = board.mask[match.start() : end]
        if (
            _STATE.search(raw[len(match[0]) :])
            and len(raw) <= 10
            and not _is_objection(raw, lexicon)
        ):
            return board.words[match.start() : end], match.start(), end
    return None


def _complaint(board: Board) -> tuple[str, int, int] | None:
    match = _COMPLAINT.search(board.mask)
    if match is None:
        return None
    return board.words[match.start() : match.end()], match.start(), match.end()
