"""Promises (what we owe the customer) and next steps, each with its date.

A date and the words that follow it, up to the end of the clause, are an action.
"""

import re
from dataclasses import dataclass, replace

from crm_core.notes.dates import Due
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.segments import BREAK, MARKS, Board, Mark

_LEAD = re.compile(
    r"^(?:[的就再]?(?=我)|之?以?前|前|左右|我们?|咱们?|我方|这边|一定|必须|还?[要得](?!求|货)|需要|会(?!议)|可以|能|就|先|统一|争取|大概|亲自|一起|一并|咱们?|俺|再(?=把)|赶紧|尽快|专门|顺便|单独)+"
)
_TO_THEM = re.compile(
    rf"(?:给|帮|为|向|跟|和)(?:[他她](?:们|(?!们))|它|客户|对方|人家|您|家长|[{Mark.CONTACT}{Mark.ORG}]+)"
    r"(?=[^，\s])"
)
_TAIL = re.compile(
    rf"(?:(?:给|到|跟|去)?(?:他们?|她们?|它|您|客户|对方|人家|[{Mark.CONTACT}{Mark.ORG}]+)|了|吧|一下|那个|哈|啊|嗯|的)+$"
)
_CUSTOMER = re.compile(
    rf"(?:等|他们?|她们?|客户|对方|领导|老板|院里|学校|集团|总部|[{Mark.CONTACT}]+)(?:说|那边|会|要|答应)?$"
)
_BARE = re.compile(
    r"(?P<verb>[给发送寄交出做拿传补带递回开])(?:过去|过来|上门|上|好|齐|全|掉|完|出来?|去|来)*"
    r"(?:[他她我咱]们?(?:的)?)?(?:邮箱|微信)?"
)
_WANTED = re.compile(
    rf"(?:要(?!求)|想看|[催让缺补]|作废)(?:[他她我咱]们?)?(?:再|重新)?(?:送|做|开|补|寄|发|给|出|换)?"
    rf"(?:[一两几]?[个台套份张本]|[{Mark.QUANTITY}{Mark.FIGURE}]+的?)?(?P<thing>[^，的要催让\ue001-\ue008]{{2,10}})(?=，|$)"
)
"""鲁小凤让再送个小冰柜，下周给: what was asked for in an earlier clause."""
_BEFORE_THAT = re.compile(
    r"^(?:开学|开业|放假|上班|开会|考试|关门|吃饭|营业|开工|验收|装修|开标|上课)之?以?[前后]"
)
_THING = re.compile(
    rf"(?:^|[的要问催让将把拿是和{BREAK}\ue001-\ue008])(?P<thing>[^的要问催让将把拿是有没{BREAK}\ue001-\ue008]{{2,6}}?)(?:这边|这[个块份]|都|也|就)?(?:我们?|咱们?)?$"
)
_OBJECT = re.compile(
    r"(?:要|索要|想要|需要|想看|缺|问|催|的|等|说)[^，]{0,14}?(报价单?|陈列费|[^，的要\ue001-\ue008]{0,2}(?:费|证书|证明|名单|清单|账单|货单|表)|合同|资料|样品|样机|方案|发票|清单|目录|手册|证书|检测报告|"
    r"试用装|彩页|课表|大纲|案例|[^，的要\ue001-\ue008]{0,2}白皮书|说明书|价格表|宣传册|课程介绍|注册证|授权书|标书|赠品|货)"
)
_ANSWER = re.compile(r"回(?:一下|个话|个信)?")
_ANSWERED = re.compile(
    rf"[^，]{{0,3}}回(?:一下)?(?:[他她它您]|客户|对方|人家|[{Mark.CONTACT}{Mark.ORG}])"
)
_EVENT = re.compile(
    r"^(?:要)?(?:做活动|搞活动|搞促销|做促销|开学|开业|要用|有活动|放假|到期|旺季|考试|就要用|促销|用)"
)
_VISITED = re.compile(
    rf"(?:去|刚|又|已经|上门)?(?:拜访|见|跟|和|到|联系|走访|回访|接到|接了?|找|去|碰到)[^，]{{0,3}}[{Mark.CONTACT}{Mark.ORG}]"
)
_DONE = re.compile(
    rf"(?!前|之前|内)(?:刚|一起|又|已经|都|给[^，{Mark.DATE}]{{1,8}})*(?:看|谈|聊|吃|喝|见|演示|讲|开|做|打|去|来|收|签)[完过好到]?了(?![再就才])"
)
"""今天看完了演示, 中午一起吃了面: what has been, not what is to be."""
_NO_ACTION = re.compile(
    r"^(?:一直|已经|现在|目前|用的|的[^，]|还没|没|不|都|是|有|太|挺|很|就要$|心情|情绪|天气|状态|态度|起|开始|"
    r"要是|如果|要不|的话|忙(?=，|$)|[^，]{1,3}不(?:了|成|到|上|出|完)(?=，|$))"
)
_NEEDED = re.compile(
    r"^(?:之?前|就|得|就得|急|必须|一定|最好)?(?:急?要|要货|要到|急用|得要|能?到|到货?)(?:[\ue007]+|货|就行|就可以|就好|即可|就成|用)?$"
)
"""十月五号前要, 大后天到就行: a day by which the goods have to be there."""
_MOVED = re.compile(
    r"(?:现在|后来|临时|又|要|想|说|得|给|，)*(?:改到?成?为?在?|推迟?到|推后到|提前到|延期?到|顺延到|挪到|调整?到|换到|拖到|改期到|改约)$"
)
"""原定周四的讲座改到下周二: the first day holds no longer."""
_OTHERS = re.compile(
    rf"(?:^|[^用的选跟和比拿买换是{Mark.COMPETITOR}])[{Mark.COMPETITOR}]+(?:那?边|的?人|的?业务员?|的?销售|家)?(?:[也都还又说要会在]|听说|据说)*$"
)
_TO_US = re.compile(
    r"[给发推寄传转回打到交][^，]{0,6}(?:给|到)?(?:我们?|咱们?)(?!的)(?:电话|微信|邮箱|消息|信)?(?:[^，]{0,3})$|(?:答复|回复|回传|告诉|通知|反馈)(?:给)?(?:我们?|咱们?)$"
)
"""周日给我电话, 图纸周五给我们: what the customer does."""
_SAID_BY_THEM = re.compile(r"(?:回|准|消)(?:话|音|信|息)")
_PAID = re.compile(
    r"(?:再|就|全部|一次性?)?(?P<verb>补齐|补|付清|付|打|结清|结|汇|转|交齐|交清|交)(?:过来|上|掉|完|给我们?)?"
)
_MONEY_DUE = re.compile(r"(?<!退)(?P<sum>[余尾货欠]款|首付款?|学费|定金|余额|剩下的钱)")
_AWAITED = re.compile("等(?![不着了得到级待])[^，批过定用完审]*$")
"""等他, right before a day: what follows is theirs; 等不了 and 等领导批 say nothing of that."""
_THEIR_TURN = re.compile(r"(?:^|，)[他她]们?[^，我咱]*(?:，[^，我咱]*)?$")
"""The customer is who was spoken of last: 她说老板要看，下周二给准信."""
_SOMEBODY = re.compile(
    r"(?:工程师|师傅|技术员?|经理|主管|同事|专家|老师|人员?|司机|医生|客服)(?:会|就|说|明确)?$"
)
_HANDED = re.compile(
    rf"^(?:再|就|先)?(?P<verb>[给发寄送交回传])(?:一下)?(?:给)?(?:[他她]们?|客户|对方|人家|[{Mark.CONTACT}{Mark.ORG}]+)$"
)
_WITH_BA = re.compile(r"^把[^，]{1,12}?(?:发|给|寄|送|补|交|传|报)")
_BACK = re.compile(r"^(?:才|就)?(?:能)?回来")
_BACK_THEN = re.compile(r"，(?:到时候?|那时候?|等[他她]回来|我)*(?P<what>(?:再|去)[^，]+)")
"""出差，周四回来，到时候再约."""
_PAPER = re.compile(r"报价单?|报告|清单|合同|方案|资料|证书|说明书?|图[纸册]|样[品机本]|发票|目录")
_ANSWERS = re.compile(
    r"^(?:才|再|能|会|就)*[给回有出](?:个|我们?|咱们?)?(?:准?话|回话|回音|答复|回复|消息|准?信|结果|说法|反馈)|^(?:答复|回复|回话|定|决定)$"
)
_THEY_DECIDE = re.compile(
    rf"(?:[他她]们?|对方|客户|人家|家长|领导|老板|[{Mark.CONTACT}{Mark.ORG}]+)[^，我咱]{{0,6}}"
    r"(?:回去|考虑|商量|请示|汇报|研究|讨论|再?磨|合计|上会|审批|盘算|对比|再?比比|再?想想)"
    r"|等[^，]{0,8}(?:[批定]|消息|通知|结果|批文|开会)|走[^，]{0,4}流程"
)
"""A clause in which they have to make up their mind: the answer that follows is theirs."""
_OUR_DEED = re.compile(
    r"^(?:再)?派(?:个?人|师傅|工程师|司机|车)?(?:去|过去|上门|来)?[^，]{0,2}(?:换|修|送|拉|取|补|处理|退|收货)"
)
_CARRIED = re.compile(
    rf"^(?:再)?[带捎](?:过?去|过来|来|上|给|[一两几{Mark.PRODUCT}{Mark.QUANTITY}])"
)
_COMING = re.compile(
    r"^(?:他|她|客户|对方)?们?(?:自己)?来(?:交|付|签|取|拿|提|办|报|缴|领|刷)|^(?:再|还)(?:补|进|订|买|要|拿|上|下单|报名)(?!给)"
)
_NO_TIME = re.compile(r"(?:没|抽不出)(?:空|时间|精力|功夫|工夫)|太忙|忙不过来|走不开")
_ON_THE_WAY = re.compile(r"^(?:再|先|我们?)*(?:去|过去|过来|来|上门|到现场|派人)(?=.)")
_ESCORT = re.compile(
    r"^(?:再)?(?:带|陪|领|约|请|喊|叫|派|拉)(?!样|资料|合同|方案|报价|货)[^，]{0,7}"
    r"(?:开|讨论|过去|过来|去|来|到|上门|看|谈|聊|参观|考察|解决|处理|吃|喝|见|试|听|做|面谈|演示)"
)
_THEIR_DEED = re.compile(
    r"^(?:他们?|她们?|客户|对方)?(?:出结果|出通知|有结果|出消息|给结果|"
    r"来店|来厂|来公司|来校|自提|自己?来|远程(?!处理|解决|维护|修)|视频|线上)"
)
_FOR_THEM = re.compile(
    r"^(?:我们?)?(?:再)?(?:给|帮|为|替)(?:他|她|客户|对方|人家)们?(?!打|回?访|演示|培训|讲|做演示|过生日)"
)
_ASKED_FOR = re.compile(r"^要(?:标书|报价|方案|合同|样品|资料|发票|清单|检测报告|证书)")
_STOP = re.compile(r"预算|担心|关注|觉得|投诉|价格|比[\ue003]|竞品|现在用|目前用|问(?=能|有)")


@dataclass(frozen=True, slots=True)
class Planned:
    """One action at `start`..`end` of the board; `owed` when it is a promise of ours."""

    start: int
    end: int
    what: str
    due: str | None
    owed: bool


class ActionReader:
    """Reads promises and next steps with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._promise = lexicon.promise_verbs
        self._next = lexicon.next_verbs
        self._deferred = re.compile(
            rf"(?:{lexicon.deferred.pattern})(?P<what>[^，]*)"
            rf"|(?:答应|承诺|保证)(?:了|过)?(?P<vow>[^，]{{2,}})"
            rf"|(?:(?:我们?|咱们?)?(?:先|这就|得)|[^，]{{1,4}}完(?:了|就|再)?)(?P<first>(?:给|发|寄|送|把)[^，]{{2,}})"
        )

    def find(self, board: Board, dates: list[Due]) -> list[Planned]:
        """Every dated action; where there is none, an undated promise (尽快发…)."""
        found: list[Planned] = []
        put_off: Planned | None = None
        for place, due in enumerate(dates):
            later = dates[place + 1].start if place + 1 < len(dates) else len(board.mask)
            planned = self._dated(board, due, later)
            if _MOVED.search(board.mask[due.end : later]) and later < len(board.mask):
                put_off = planned or put_off
                continue
            if planned is None and put_off is not None:
                planned = replace(put_off, start=due.start, end=due.end, due=due.due)
            put_off = None
            if planned is not None:
                found.append(planned)
        return found or self._undated(board)

    def _dated(self, board: Board, due: Due, later: int) -> Planned | None:
        end = min(_phrase_end(board, due.end), later)
        raw = board.mask[due.end : end]
        skipped = _BEFORE_THAT.match(raw)
        start = due.end + (skipped.end() if skipped else 0)
        raw = board.mask[start:end]
        if _EVENT.match(raw) or (due.event and not self._is_action(raw)):
            return None
        if raw == "到" and board.mask.startswith(Mark.DATE, end):
            return None
        if _is_wanted(board, raw):
            before = board.mask[max(0, due.start - 6) : due.start]
            who = _SOMEBODY.search(before)
            what = who[0] + "到" if who else "送货"
            return Planned(due.end, end, what, due.due, owed=who is None)
        if _BACK.match(raw):
            return self._after_return(board, due, end)
        if _NO_ACTION.match(raw) or _is_narration(board, due) or _is_aside(board, due, raw):
            return None
        handed = _HANDED.match(raw)
        what = handed["verb"] if handed else self._phrase(board, start, end)
        if not what:
            start, end = board.clause(due.start)[0], due.start
            if start == end > 1 and not raw:
                # 让我们重新报价，明天下班前: the day is said last, after a pause.
                start, end = board.clause(start - 2)[0], start - 1
            what = self._before(board, start, end)
        if not what:
            return None
        what = _ANSWER.sub("回复", what) if self._is_answer(board, due, raw, what) else what
        paid = _payment(board, due, what)
        if paid:
            return Planned(start, end, paid, due.due, owed=False)
        owed = self._is_owed(board, what, due.start, raw)
        said = self._complete(board, what, due.start, owed=owed)
        return Planned(start, end, said, due.due, owed)

    def _after_return(self, board: Board, due: Due, end: int) -> Planned | None:
        """What is done when somebody is back; that they come back is nobody's task."""
        then = _BACK_THEN.match(board.mask, end)
        if then is None:
            return None
        start, end = then.span("what")
        what = self._phrase(board, start, end)
        return Planned(start, end, what, due.due, owed=False) if what else None

    def _undated(self, board: Board) -> list[Planned]:
        found = []
        for match in self._deferred.finditer(board.mask):
            group = next((name for name in ("what", "vow", "first") if match[name]), "what")
            if not match[group] or not self._is_action(match[group]):
                continue
            what = self._phrase(board, match.start(group), match.end(group))
            if what:
                owed = self._is_owed(board, what, match.start(), match[group])
                what = self._complete(board, what, match.start(), owed=owed)
                found.append(Planned(match.start(), match.end(), what, None, owed))
        return found

    def _is_answer(self, board: Board, due: Due, raw: str, what: str) -> bool:
        """回她 and 我后天回 are answers (回复), 回公司 is not."""
        ours = re.search(r"[我咱][^，]{0,4}$", board.mask[max(0, due.start - 6) : due.start])
        return bool(_ANSWER.fullmatch(what) and (_ANSWERED.match(raw) or (ours and raw == what)))

    def _is_thing(self, words: str) -> bool:
        """Something one can hand over; 报价 and 报告 are, though they begin like deeds."""
        if _PAPER.search(words):
            return True
        return not (self._promise.match(words) or self._next.match(words))

    def _is_action(self, raw: str) -> bool:
        return bool(self._promise.search(raw) or self._next.search(raw))

    def _phrase(self, board: Board, start: int, end: int) -> str:
        mask, words = board.mask[start:end], board.words[start:end]
        lead = _LEAD.match(mask)
        if lead:
            mask, words = mask[lead.end() :], words[lead.end() :]
        target = _TO_THEM.search(mask)
        if target and target.start() <= 2:
            mask = mask[: target.start()] + mask[target.end() :]
            words = words[: target.start()] + words[target.end() :]
        tail = _TAIL.search(mask)
        if tail:
            mask, words = mask[: tail.start()], words[: tail.start()]
        return words if MARKS.sub("", mask) else ""

    def _before(self, board: Board, start: int, end: int) -> str:
        """报价周五给: nothing follows the date, so the action stands before it."""
        raw = board.mask[start:end]
        moved = _MOVED.search(raw)
        if moved and Mark.DATE in raw:
            begun = raw.rfind(Mark.DATE, 0, moved.start()) + 1
            return (
                board.words[start + begun : start + moved.start()]
                .lstrip("的说是")
                .removeprefix("原定")
            )
        verbs = list(self._promise.finditer(raw)) or list(self._next.finditer(raw))
        if not verbs:
            return ""
        return self._phrase(board, start + verbs[0].start(), end)

    def _is_owed(self, board: Board, what: str, position: int, raw: str) -> bool:
        """Whether we owe it: what we give, send or mend; not what they do or both do together."""
        before = board.mask[max(0, position - 24) : position]
        if _AWAITED.search(before[-6:]) or _TO_US.search(raw):
            return False
        if _ANSWERS.match(what) and (
            _THEY_DECIDE.search(before)
            or (_is_their_answer(what, raw) and _THEIR_TURN.search(before.rstrip(BREAK)))
        ):
            return False
        lead = _LEAD.match(raw)
        rest = raw[lead.end() :] if lead else raw
        if _OUR_DEED.match(rest) or _CARRIED.match(rest) or _WITH_BA.match(rest):
            return True
        if _ESCORT.match(what) or _THEIR_DEED.match(what) or _COMING.match(rest):
            return False
        if _FOR_THEM.match(raw) or _ASKED_FOR.match(raw):
            return True
        core = _ON_THE_WAY.sub("", what)
        promise, following = self._promise.search(core), self._next.search(core)
        if promise is None or following is None:
            return promise is not None
        if promise.start() == following.start():
            return len(promise[0]) > len(following[0])
        return promise.start() < following.start()

    def _complete(self, board: Board, what: str, position: int, *, owed: bool) -> str:
        """要合同，今天发 → 发合同; 课表明早发给她 → 发课表; 明天送 → 送货."""
        bare = _BARE.fullmatch(what)
        if bare is None or not (owed or what.endswith(("我", "我们", "咱", "咱们"))):
            return what
        verb = bare["verb"]
        start = board.clause(position)[0]
        thing = _THING.search(board.mask[start:position])
        if thing and self._is_thing(thing["thing"]):
            return verb + thing["thing"]
        wanted = _OBJECT.search(board.mask)
        if wanted:
            said = board.words[wanted.start(1) : wanted.end(1)]
            return said if verb == "给" else verb + said
        asked = list(_WANTED.finditer(board.mask[max(0, position - 60) : position]))
        if asked and self._is_thing(asked[-1]["thing"]):
            return verb + asked[-1]["thing"]
        if what in {"送", "发"} and (Mark.QUANTITY in board.mask or Mark.PRODUCT in board.mask):
            return what + "货"
        return what


def _payment(board: Board, due: Due, what: str) -> str:
    """余款国庆后补齐, 尾款月底打过来: what they pay by then; "" where it is nothing of theirs."""
    verb = _PAID.fullmatch(what)
    named = list(_MONEY_DUE.finditer(board.mask[max(0, due.start - 14) : due.start]))
    return verb["verb"] + named[-1]["sum"] if verb and named else ""


def _is_their_answer(what: str, raw: str) -> bool:
    return bool(_SAID_BY_THEM.search(what)) and not re.search("[给回][他她]", raw)


def _is_wanted(board: Board, raw: str) -> bool:
    """两百箱，十月五号前要: something is to be there by then."""
    goods = Mark.QUANTITY in board.mask or Mark.PRODUCT in board.mask
    return goods and bool(_NEEDED.match(raw))


def _is_aside(board: Board, due: Due, raw: str) -> bool:
    """What a competitor does then, and why somebody has no time now."""
    start = board.clause(due.start)[0]
    if _OTHERS.search(board.mask[start : due.start]):
        return True
    before = board.mask[board.clause(max(0, start - 2))[0] : start]
    return (
        start == due.start and bool(_NO_TIME.search(before)) and len(raw) <= 4 and "再" not in raw
    )


def _is_narration(board: Board, due: Due) -> bool:
    """今天拜访了王总…: the day of the report itself, told before anything else."""
    said = board.words[due.start : due.end]
    if "T" in due.due or not said.startswith(("今", "上午", "中午", "下午", "早上")):
        return False
    rest = board.mask[due.end :]
    return bool(_DONE.match(rest)) or (due.start <= 2 and bool(_VISITED.match(rest)))


def _phrase_end(board: Board, start: int) -> int:
    end = board.mask.find(BREAK, start)
    end = len(board.mask) if end < 0 else end
    stop = _STOP.search(board.mask, start + 1, end) if board.note.heard else None
    return stop.start() if stop else end
