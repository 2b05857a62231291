"""Whether the words tell of a visit or of a call, and what was done in it. Pure.

Only proposes: whoever wrote the note may switch. What is planned for later does not count, so the
stretches of promises and next steps are passed over.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from crm_core.notes.types import Span
from desktop.services.commands.visits import Form
from desktop.viewmodels.visits.conversation import is_conversation
from desktop.viewmodels.visits.visit_assembly import Header

_FACE = (
    r"拜访|上门|登门|到访|面谈|面聊|当面|见了|见到|见面|现场|来店|到店|来公司|参观|陌拜|扫街"
    r"|(?:去|到|在)了?[^，。；\s]{0,8}(?:公司|医院|学校|门店|店里|单位|办公室|厂里|家里|校区)"
    r"|\bvisit(?:ed|ing)?\b|\bmet\b|\bon[- ]site\b|\bin person\b|\bstopped by\b"
)
_CALL = (
    r"打[了来过]?(?:个|一个|通)?电话|[来去]电|电话[里中]|电话(?:沟通|联系|回访|说|问|咨询)|通了?电?话"
    r"|回电|致电|接到[^，。]{0,8}电话|没接|打不通|关机|无人接听|没人接|占线|语音通话|视频会议|线上|微信|邮件"
    r"|短信|回访"
    r"|\bcall(?:ed)?\b|\bphoned?\b|\bwechat\b|\be-?mail(?:ed)?\b|\btexted\b|\bzoom\b|\bvoicemail\b"
)
_EITHER = re.compile(f"(?P<face>{_FACE})|(?P<call>{_CALL})", re.IGNORECASE)
_ACTIONS = (
    (
        "unreached",
        r"没接|没打通|打不通|关机|停机|无人接听|没人接|占线|空号|没联系上|联系不上"
        r"|\bno answer\b|\bnot? pick(?:ed)? up\b|\bvoicemail\b|\bunreachable\b",
    ),
    ("signed", r"已?签(?:了|约了|下来|完)|\bsigned\b"),
    (
        "quoted",
        r"(?:已经?|都)?(?:发|报|给)了?[^，。]{0,6}(?:报价|价格表)单?(?:了|过去|给)|已报价|报价(?:单)?已经?发"
        r"|报了(?:个)?价|\bquoted\b|\bsent (?:\w+ ){0,3}quot",
    ),
    ("booked", r"约好|约了|约定|已?预约|\bbooked\b|\bscheduled\b"),
    (
        "sent",
        r"(?:方案|资料|样品|合同|介绍|课表|目录)[^，。]{0,4}(?:已经?发|发了|寄了|已寄|发过去)"
        r"|(?:已经?|都)?(?:发|寄)了[^，。]{0,6}(?:方案|资料|样品|合同|介绍|课表|目录)"
        r"|\bsent\b",
    ),
)
"""Row 3.2: preset actions and no "other"; the first that fits."""


_PURPOSES = (
    ("payment", r"催款|催收|回款|收款|尾款|\bpayment\b|\boverdue invoice"),
    (
        "service",
        r"(?<!担心)(?<!关注)(?<!关心)(?<!在意)售后|维修|保养|装机|安装调试|报修|故障|\brepair|\binstall(?:ed|ation)|\bmaintenance\b",
    ),
    ("demo", r"演示|试用|试听|试讲|体验课|讲解了|\bdemo(?:ed|nstrated|nstration)?\b|\btrial\b"),
    ("quote", r"报价|谈价|谈判|合同|\bquot(?:e|ed|ation)\b|\bnegotiat"),
)


def form_of(text: str, planned: Iterable[Span] = ()) -> Form | None:
    """What the words tell of; None where they say neither. The first word of either kind wins."""
    past = _past(text, planned)
    found = _EITHER.search(past)
    if found is not None:
        return Form.VISIT if found["face"] else Form.FOLLOW_UP
    return Form.FOLLOW_UP if is_conversation(text) else None


def action_of(text: str, form: Form, planned: Iterable[Span] = ()) -> str:
    """The preset action a note tells of."""
    if form is Form.VISIT:
        return "visited"
    past = _past(text, planned)
    fits = (code for code, form_ in _ACTIONS if re.search(form_, past, re.IGNORECASE))
    return next(fits, "called")


def purpose_of(text: str, planned: Iterable[Span] = ()) -> str | None:
    """What a visit was for, where the words tell; what is planned is not what it was for."""
    past = _past(text, planned)
    fits = (code for code, form in _PURPOSES if re.search(form, past, re.IGNORECASE))
    return next(fits, None)


def following(header: Header, said: Form | None, action: str, purpose: str | None = None) -> Header:
    """The header with what the person did not choose as the words say; where they say nothing, it
    was a visit."""
    if purpose is not None and "purpose" not in header.decided:
        header = replace(header, purpose=purpose)
    if "form" not in header.decided:
        header = replace(header, form=str(said or Form.VISIT))
    if "action" in header.decided:
        return header
    fits = header.form == (said or Form.VISIT)
    usual = "visited" if header.form == Form.VISIT else "called"
    return replace(header, action=action if fits else usual)


def _past(text: str, planned: Iterable[Span]) -> str:
    """The text with what is planned blanked out."""
    chars = list(text)
    for span in planned:
        chars[span.start : span.end] = "，" * (min(span.end, len(chars)) - span.start)
    return "".join(chars)
