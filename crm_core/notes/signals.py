"""What the words give away: objection categories, stage of the deal, sentiment, concerns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.notes.lexicon import Lexicon
from crm_core.notes.segments import BREAK, MARKS, Board

_ASKED = re.compile(
    r"(?:能不能|可不可以|可以|是否能?|是不是|有没有|有无|会不会|怎么|如何|多久|什么时候能?|了|过|的是|的|着|一下"
    r"|：|我们的?|你们的?|我方|咱们?的?|到?我这[儿里]?|这边|下|说|最|主要|就是|到|能否|支不支持|想|希望|我|对)+"
)
_STOP = re.compile(
    r"[，\ue002\ue004-\ue008]|预算|现在用|目前用|之前用|要求|希望|领导|一共|样品先|先拿|先试|报价|尽快|回头|挺满意|很满意|很不|不满|态度|非常|挺|不考虑"
)
_NOT_CONCERN = re.compile(
    r"费用?(?:太|有点|偏)?高|同价|^退掉|啥价|啥子价|怎么卖|几多钱|什么价|单价|学费多少|^再|^一[下声]|多少钱|报价|什么价|价格|合同|贵|便宜|满意|考虑|再说|商量|算了|就不|够用|看看$|^(?:要|想|先|不想|不要|就|没有?$|可以|行|好|挺好|很好|不错|等)|签|打款|招标|退款|退货|换货"
)
_CARES = re.compile(r"最?(?:关注|关心|在意|在乎|看重)")
_COPY = re.compile(
    r"\ue003+(?:那?边|他们|家|的人)?(?:都|在|正|还|又|已经)*(?P<verb>给|送|派|免|包|赠|配|白送|提供|做|搞|有|上|放|铺)"
    r"(?:了|着)?(?:[\ue002\ue004]+|[她他]们?|店里|这边)?(?P<gift>白?[送给派配])?了?(?P<what>[^，\ue001-\ue008]{1,8})"
    r"(?=，[^，]{0,10}(?:(?:我们|咱们?)(?:也|能|有没有|给不给|送不送|派不派|.不.|[^，]{0,5}(?:有没有|能不能))|也(?:要|想|得)))"
)
_FAULT = re.compile(
    r"^[^，]{1,8}(?:(?<![腾抽排])不(?![错要想用急换进买做订签上退贵行是好]|满足|考虑|同意|需要)[^，]{1,3}|太[^，贵]{1,2}"
    r"|(?:坏|破|漏|错|慢|晚|晚到|失败|断|卡|乱|脏|松|歪|皱|潮|串味|压坏|断裂|脱落|漏[油水液箱包气])(?:了[^，]{0,3})?)$"
)
"""What follows 说 or 反映 and ends in what is wrong: 电池不耐用, 包装压坏了七盒."""
_ASKING = re.compile("问(?!题)|咨询|打听")
_ALSO_ASKED = re.compile(
    r"，(?:还|又|另外|顺便)?问?(?:能不能|有没有|可不可以|是不是|支不支持|(?=带不带|含不含|包不包|送不送|配不配))"
    r"(?P<what>[^，]{2,9})(?=，|$)"
)
"""问甲，能不能乙: what else was asked."""
_MILD = re.compile(r"(?:说|觉得|认为|讲|提到|提出|反馈|表示)$")
"""Words that tell a concern only where what follows is a complaint."""
_WORRY = re.compile(
    r"(?:担心|怕|问|有没有|会不会|是否|关心|关注|在意|防止|避免|保证|别|不要|不会|不)[^，]*$"
)
_STATE = re.compile(
    r"(?:要|得|必须|能不能|太|不|怕|有没有|能否|够不够|是不是|保证|稳不稳|慢|差|短|长|快|严|难|问题)"
)
_COMPLAINT = re.compile(
    r"(?:[^，\ue001-\ue008的说]{1,4}(?:慢|差|失灵|老化快?|松动|不严|不稳|不牢|不灵|不到位|太[吵卡]|没(?:进步|到账|效果))(?=，|$))|"
    r"(?:[^，\ue001-\ue008的说]{0,4}(?<!月)(?:老是|总是|经常|频繁|动不动就?|时不时|隔三差五|天天|老(?![师板总客婆公家人乡项张王李赵刘陈头化式规字一]))[^，\ue001-\ue008]{1,5})|"
    r"(?:[^，\ue001-\ue008的说]{1,4}得(?:厉害|要命|不行|一塌糊涂|太狠))|"
    r"(?:(?:噪音|声音|味道?|气味|误差|偏差|噪声|震动|异味|毛刺|色差)(?:太|有点|很|特别)?(?:大|重|响|高|冲|明显))|"
    r"(?:(?<![不没])(?:化|碎|漏|破|烂|胀|霉|锈|裂|糊|馊|酸|蔫|塌)了(?:好几|一?半|几)?[^，\ue001-\ue008]{0,3})|勒[^，了]{1,3}|"
    r"[^，\ue001-\ue008的说]{0,2}乱(?:叫|响|跳|码|报)|走不动|走得慢|没人买|没人要|积压|压货|"
    r"(?:少|缺|漏|错|多)(?:发|送|装|配)了?|(?:发|送|装|配|打)错了?|断[链裂轴丝线电]|总(?:卡|断|掉线|坏|出错|死机)|[^，\ue001-\ue008]{0,3}(?:对不上|连不上|登不上|登不进|搜不到|收不到|打不着|不制冷|不加热|不出水|不通电)|"
    r"没效果|卖不动|卖得慢|滞销|异响|答非所问|容易[破坏掉断]|太(?:薄|脆|吵|重|复杂)|漏[水油气液]|坏了|故障|跟不上|听不懂|不会用|开裂|生锈|发霉|破损|"
    r"[^，\ue001-\ue008的说]{1,5}(?:太|有点|偏|比较|很|特别)?(?:不新鲜|不清楚|不清晰|不稳定|不方便|不均匀|不一致|不达标|不合格|不够(?![多大])|不足|难用|难懂|复杂|繁琐|麻烦)|"
    r"(?:图表|功能|模板|案例|[^，\ue001-\ue008的说]{0,2}(?:率|度|量|质|距|头|码|号|压|速|色|味|薄|厚))(?:太|有点|偏|比较|很)?(?:低|少|软|硬|弱|淡|模糊|不准|不够)|"
    r"[^，\ue001-\ue008的说]{0,3}(?:没地方放|没人会用|没人教|打扰客户|刷不出来|化冻|胀包|崩刃|[调修弄装连登洗粘关充]不(?:好|牢|紧|住)|宕机|断线|掉线|鼠咬)|缺(?![这那了])[^，\ue001-\ue008货]{1,4}(?=，|$)|多收了?[\ue006]+|"
    r"不准|卡顿|崩溃|死机|打不开|报错|过期|临期|口感[^，]{1,3}|批间差"
)


@dataclass(frozen=True, slots=True)
class _Denial:
    """What stands around a word and makes it mean something else.

    `before` is searched in "what is before|the words", `after` matched on "the words|what follows".
    """

    before: re.Pattern[str]
    after: re.Pattern[str]


_NEVER = r"(?!)"
_DENIED = {
    name: _Denial(re.compile(before), re.compile(after))
    for name, (before, after) in {
        # 博世太贵: that the other one is dear is nobody's objection to us.
        "price": (r"\ue003+(?:那?边|家|的)?(?:也|都|更|太|才|现在)*\|[^，]{0,3}[贵高涨]", _NEVER),
        # 院长批了 is done; 我得问公司, 我们财务只同意… is ours.
        "approval": (
            r"(?:我们?|咱们?)(?:这边|的)?(?:报给|得|要|去|再|先|回去)?(?:跟|问|和|向|找)?\|",
            r"[^没未等要才不得需还|]*\|(?:下来)?(?:了(?!才|就|再|以?后|之后)|通过|过了)",
        ),
        "timing": (
            r"(?:想|申请|要求|能不能|能否|问)\|(?:延期|停)|我们[^，]{0,4}\|先停|要求\|停",
            _NEVER,
        ),
        "feature": (
            r"(?:[数价钱]|\ue006|以下|这么低)(?:的话)?，?\||(?:我说|我们|咱们?)?\|(?:我们|咱们?)?没(?:有)?(?:谈|答)",
            r"[^|]*没有?\|(?:松|允|让|跟|敢|法|收|打|发|送|到|批|问题|活动|关系|办法|事|必要|地方|答应|同意|接|赚|利润|钱|意见|谈|权)",
        ),
        "incumbent": (
            _NEVER,
            r"(?:一直|都|从来)[^|]*\|.*(?:想|打算|准备)(?:试|换|看看|比)|合作[^|]*\|.*续(?:签|约|费)",
        ),
        "trust": (_NEVER, r"小厂\|(?:用不起|规模|预算)"),
        "delivery": (r"卖\|", _NEVER),
        "lost": (
            r"(?:再这样|要是|如果|否则|不然|再不)[^，]*\||(?:换成|改[成报要])[^，]{0,8}，[^，]{0,4}\||(?:去年|以前)[^，]*\|",
            _NEVER,
        ),
        "won": (
            r"不(?:同意|想|愿意?|能|肯|接受)[^，]{0,3}\||等[^，]{0,3}\||(?:要|得|需|没)[^，]{0,5}\|签字|(?:前|再|才|能|把|\ue005)\|定下来|(?:\ue005|前|后)(?:再|就|一定|统一)?\|[打付]款",
            _NEVER,
        ),
        "quote": (r"\ue003[^，]{0,6}\|报价", _NEVER),
    }.items()
}
_OURS = re.compile("(?:我们?|咱们?)(?:得|去|再|先|来|要|回去|这边|帮他|给他)*$")
_FELT = re.compile("不满|生气|发火|投诉|失望|抱怨|算了")
"""Feelings stay feelings whatever stands before them in the clause."""


def objections(board: Board, lexicon: Lexicon) -> list[tuple[str, int, int]]:
    """Each objection category heard, with the stretch that gave it away."""
    found = []
    for category, form in lexicon.objections.items():
        match = _first(form, board.named, category) or _first(form, board.mask, category)
        if match:
            found.append((category, match.start(), match.end()))
    return found


def _first(form: re.Pattern[str], text: str, name: str) -> re.Match[str] | None:
    """The first match that what stands around it does not deny."""
    for match in form.finditer(text):
        denied = _DENIED.get(name)
        before, after = text[max(0, match.start() - 14) : match.start()], text[match.end() :]
        if denied is None or not (
            denied.before.search(before + "|" + match[0])
            or denied.after.match(match[0] + "|" + after)
        ):
            return match
    return None


def denied(board: Board, lexicon: Lexicon) -> frozenset[str]:
    """Objections and stages whose words are there but mean something else."""
    forms = {**lexicon.objections, **dict(lexicon.stages)}
    return frozenset(
        name
        for name, form in forms.items()
        if name in _DENIED and form.search(board.named) and not _first(form, board.named, name)
    )


def stage(board: Board, lexicon: Lexicon) -> tuple[str, int, int] | None:
    """The stage the words hint at; the most decisive one wins."""
    for name, form in lexicon.stages:
        match = _first(form, board.mask, name) or _first(form, board.named, name)
        if match:
            return name, match.start(), match.end()
    return None


def sentiment(
    board: Board, lexicon: Lexicon, hint: tuple[str, int, int] | None = None
) -> tuple[str, int, int] | None:
    """`-` or `+` with its words; a complaint outweighs praise, and a lost deal (`hint`, the stage)
    is nobody's joy."""
    for sign, form in (("-", lexicon.negative), ("+", lexicon.positive)):
        for match in form.finditer(board.named):
            worried = sign == "-" and _WORRY.search(board.named[: match.start()])
            if not worried or _FELT.match(match[0]):
                return sign, match.start(), match.end()
    if hint is not None and hint[0] == "lost":
        return "-", hint[1], hint[2]
    return None


def concerns(
    board: Board, lexicon: Lexicon, busy: Sequence[tuple[int, int]]
) -> list[tuple[str, int, int]]:
    """What the customer cares about or complains of, in their words; none within `busy`."""
    found: list[tuple[str, int, int]] = []
    copied = _COPY.search(board.mask)
    if copied:
        verb = copied["gift"] or copied["verb"]
        what = ("给" if verb in "做搞有上放铺" else verb.removeprefix("白")) + copied["what"]
        # The question that follows (我们给不给) asks for the same thing.
        end = board.clause(copied.end() + 1)[1]
        found.append((what, copied.start(), end))
    for match in _ALSO_ASKED.finditer(board.mask) if _ASKING.search(board.mask) else ():
        _add(found, _question(board, lexicon, match))
    for match in lexicon.concern_triggers.finditer(board.mask):
        ours = _OURS.search(board.mask[max(0, match.start() - 12) : match.start()])
        slip = lexicon.corrections.match(board.mask, match.start())
        taken = any(start <= match.start() < end for start, end in busy)
        if not ours and not taken and slip is None:
            _add(found, _after_trigger(board, lexicon, match))
    if not found:
        _add(found, _about_noun(board, lexicon))
    if not found:
        _add(found, _complaint(board, lexicon))
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
    if BREAK in raw or (_MILD.search(match[0]) and not _is_complaint(raw, lexicon)):
        return None
    return board.words[start:end].rstrip("的呢吗啊"), start, end


def _question(board: Board, lexicon: Lexicon, match: re.Match[str]) -> tuple[str, int, int] | None:
    start, end = match.span("what")
    if not _ASKING.search(board.mask[: match.start()]) or _is_objection(match[0], lexicon):
        return None
    if _NOT_CONCERN.search(match["what"].removeprefix("先")) or MARKS.search(match["what"]):
        return None
    return board.words[start:end], start, end


def _is_complaint(raw: str, lexicon: Lexicon) -> bool:
    return bool(_COMPLAINT.search(raw) or lexicon.negative.search(raw) or _FAULT.search(raw))


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
            and not lexicon.positive.search(raw)
        ):
            return board.words[match.start() : end], match.start(), end
    return None


def _complaint(board: Board, lexicon: Lexicon) -> tuple[str, int, int] | None:
    for match in _COMPLAINT.finditer(board.mask):
        start, end = board.clause(match.start())
        if lexicon.positive.search(match[0]) or _is_objection(board.mask[start:end], lexicon):
            continue
        return board.words[match.start() : match.end()], match.start(), match.end()
    return None
