"""The rules every organisation starts with, as data.

A first follow-up or visit on a lead stamps its first response and moves it to 首次触达 (rows 2.8,
2.17, 6.6); entering a stage stamps since when; a note with a next date moves the customer's next
contact; a task opened again is not done; whoever writes from a free mailbox is tagged as likely to
buy for themselves (row 1.8), until somebody takes the tag away.
"""

from crm_core.model.query import EVERYTHING, All, Condition, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.rules.engine import Adding, Assignment, Copy, Now, Rule
from crm_core.sync.change import Verb

_CREATED = frozenset({Verb.CREATE})
_ANY = frozenset({Verb.CREATE, Verb.SET})
_NO_RESPONSE_YET = Test("first_response_at", Op.EQ, None)
_STILL_CAPTURED = Test("stage", Op.EQ, "captured")


def _first_response(entity: str, moment: str) -> Rule:
    return Rule(
        name=f"first_response_by_{entity}",
        entity=entity,
        verbs=_CREATED,
        fields=frozenset(),
        when=EVERYTHING,
        through="lead:lead",
        assignments=(
            Assignment("first_response_at", Copy(moment), _NO_RESPONSE_YET),
            Assignment("stage", "touched", _STILL_CAPTURED),
        ),
    )


def _stage_entered(entity: str, verb: Verb, only_if: Condition) -> Rule:
    return Rule(
        name=f"stage_entered_{entity}_{verb.value}",
        entity=entity,
        verbs=frozenset({verb}),
        fields=frozenset({"stage"}),
        when=EVERYTHING,
        through="",
        assignments=(Assignment("stage_since", Now(), only_if),),
    )


_STAGED = ("lead", "opportunity")
_MAILED = ("customer", "contact", "lead")
BUYS_PRIVATELY = "个人采购倾向"
"""The tag, in the words of row 1.8; tags are the organisation's own words, not translated."""
FREE_MAIL = (
    "163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "vip.126.com", "qq.com",
    "vip.qq.com", "foxmail.com", "sina.com", "sina.cn", "vip.sina.com", "sohu.com", "vip.sohu.com",
    "139.com", "189.cn", "wo.cn", "21cn.com", "tom.com", "263.net", "aliyun.com", "outlook.com",
    "hotmail.com", "live.com", "live.cn", "msn.com", "gmail.com", "yahoo.com", "yahoo.com.cn",
    "icloud.com", "me.com", "proton.me",
)  # fmt: skip
"""Mailboxes anybody may open: who writes from one may be buying for themselves."""


def free_mail(field: str) -> Condition:
    """The mailbox in a field is one that anybody may open."""
    return AnyOf(tuple(Test(field, Op.CONTAINS, f"@{domain}") for domain in FREE_MAIL))


def _buys_privately(entity: str) -> Rule:
    return Rule(
        name=f"free_mail_{entity}",
        entity=entity,
        verbs=_ANY,
        fields=frozenset({"email"}),
        # Asked first: most records have no mailbox, and an import asks of every row.
        when=All((Not(Test("email", Op.EQ, None)), free_mail("email"))),
        through="",
        assignments=(Assignment("tags", Adding(BUYS_PRIVATELY), EVERYTHING),),
    )


BUILTIN_RULES: tuple[Rule, ...] = (
    _first_response("follow_up", "happened_at"),
    _first_response("visit", "started_at"),
    *(_stage_entered(entity, Verb.CREATE, Test("stage_since", Op.EQ, None)) for entity in _STAGED),
    *(_stage_entered(entity, Verb.SET, EVERYTHING) for entity in _STAGED),
    Rule(
        name="next_contact_from_follow_up",
        entity="follow_up",
        verbs=_CREATED,
        fields=frozenset(),
        when=Not(Test("next_on", Op.EQ, None)),
        through="customer:customer",
        assignments=(Assignment("next_contact_on", Copy("next_on"), EVERYTHING),),
    ),
    Rule(
        name="reopened_task_is_not_done",
        entity="task",
        verbs=_ANY,
        fields=frozenset({"state"}),
        when=All((Test("state", Op.EQ, "open"), Not(Test("done_at", Op.EQ, None)))),
        through="",
        assignments=(Assignment("done_at", None, EVERYTHING),),
    ),
    *(_buys_privately(entity) for entity in _MAILED),
)
