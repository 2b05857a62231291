"""English notes: the same fields, conventions and promises as Chinese ones (issue 6)."""

import json
from datetime import datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.notes.english import is_english
from crm_core.notes.english_numbers import value_of
from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.summary import key_points
from crm_core.notes.types import Action, KnownContact, Learnt, NoteContext, NoteFields, Quantity


@cache
def parser() -> NoteParser:
    context = NoteContext(
        reference=datetime(2026, 3, 4, 9, 30),  # noqa: DTZ001 - a naive local moment is allowed
        contacts=(
            KnownContact("王建国", "主任", "东方物流"),
            KnownContact("李芳", "经理", "顺达贸易"),
            KnownContact("李伟", "医生", "市中医院"),
            KnownContact("张立", "总", "顺达贸易"),
            KnownContact("张磊", "总", "东方物流"),
            KnownContact("Peter Smith", "", "Acme Ltd"),
        ),
        orgs=("东方物流", "顺达贸易", "Acme Ltd"),
        products=("电动叉车", "LabLink LIS", "GRE冲刺班", "Reagent Kit"),
        competitors=("Kingdee", "用友"),
        learnt=(Learnt("lab ling", "LabLink"),),
    )
    return NoteParser(load_lexicon(), context)


def said(fields: NoteFields) -> dict[str, object]:
    """What was found, without what was not."""
    found = {}
    for key, value in fields.as_json().items():
        if value not in (None, []):
            found[key] = value
    return found


def todo(*deeds: tuple[str, str | None]) -> list[dict[str, str | None]]:
    return [{"what": what, "due": due} for what, due in deeds]


def count(low: float, high: float, unit: str) -> list[dict[str, object]]:
    return [{"min": low, "max": high, "unit": unit}]


NOTES: list[tuple[str, dict[str, object]]] = [
    (
        "Met Wang Jianguo today, budget around $20k for 5 boxes of Reagent Kit, "
        "I'll send the quote by Friday.",
        {
            "contact": "王建国", "product": ["Reagent Kit"], "quantity": count(5, 5, "box"),
            "budget_min": 20_000, "budget_max": 20_000, "currency": "USD",
            "promise": todo(("send the quote", "2026-03-06")), "stage": "quote",
        },
    ),
    (
        "Jianguo Wang from Dongfang Logistics wants twenty seats of LabLink LIS, "
        "demo next Wednesday at 3 pm.",
        {
            "contact": "王建国", "org": "东方物流", "product": ["LabLink LIS"],
            "quantity": count(20, 20, "seat"), "next": todo(("demo", "2026-03-11T15:00")),
            "stage": "demo",
        },
    ),
    (
        "Mr. Wang is worried about the delivery time and asked whether we support training.",
        {"contact": "王建国", "concern": ["delivery time", "we support training"]},
    ),
    (
        "Director Wang says the price is too high compared with Kingdee.",
        {"contact": "王建国", "competitor": ["Kingdee"], "objection": ["price"]},
    ),
    (
        "Dr Li complained that the reports are late. "
        "We owe them a revised contract by the end of the month.",
        {
            "contact": "李伟", "concern": ["reports are late"], "sentiment": "-",
            "promise": todo(("revised contract", "2026-03-31")), "stage": "negotiate",
        },
    ),
    (
        "Call with Manager Li: they need approval from the boss, follow up next week.",
        {
            "contact": "李芳", "objection": ["approval"],
            "next": todo(("follow up", "2026-03-09")),
        },
    ),
    (
        "Not interested in LabLink LIS, wants a diandong chache between 20 and 30 thousand yuan.",
        {
            "product": ["电动叉车"], "budget_min": 20_000, "budget_max": 30_000,
            "currency": "CNY", "stage": "need",
        },
    ),
    (
        "Peter Smith has a budget of twenty-five thousand, no, sorry, make that 30 thousand RMB.",
        {
            "contact": "Peter Smith", "budget_min": 30_000, "budget_max": 30_000,
            "currency": "CNY", "stage": "need",
        },
    ),
    (
        "Promised to get back to her with prices before the National Day holiday.",
        {"promise": todo(("get back to her with prices", "2026-09-30"))},
    ),
    (
        "They want 5 boxes, no, make that 30.",
        {"quantity": count(30, 30, "box"), "stage": "need"},
    ),
    (
        "Budget up to 1.2 million, at least two or three sets.",
        {
            "budget_max": 1_200_000, "currency": "CNY", "quantity": count(2, 3, "set"),
            "stage": "need",
        },
    ),
    ("Signed the contract with Acme, very happy.", {
        "org": "Acme Ltd", "stage": "won", "sentiment": "+",
    }),
    ("We lost the order to Kingdee.", {
        "competitor": ["Kingdee"], "stage": "lost", "sentiment": "-",
    }),
    (
        "met wang jianguo his budget is twenty five thousand dollars he is worried about "
        "data security i'll send him the proposal by friday",
        {
            "contact": "王建国", "budget_min": 25_000, "budget_max": 25_000, "currency": "USD",
            "concern": ["data security"], "promise": todo(("send the proposal", "2026-03-06")),
            "stage": "quote",
        },
    ),
    (
        "Call Peter tomorrow at 10:30, deliver a couple of machines within three days.",
        {
            "contact": "Peter Smith", "quantity": count(2, 2, "machine"),
            "next": todo(("Call Peter", "2026-03-05T10:30")),
            "promise": todo(("deliver a couple of machines", "2026-03-07")),
        },
    ),
    (
        "On Tuesday, sorry, I mean Wednesday, demo at Acme.",
        {"org": "Acme Ltd", "next": todo(("demo at Acme", "2026-03-04")), "stage": "demo"},
    ),
    (
        "They've been with Yongyou for years and don't want to switch.",
        {"competitor": ["用友"], "objection": ["incumbent"]},
    ),
    (
        "He asked us to send a quotation for 30 licences by tomorrow noon.",
        {
            "quantity": count(30, 30, "licence"), "stage": "quote",
            "promise": todo(("send a quotation for 30 licences", "2026-03-05T12:00")),
        },
    ),
    (
        "He thinks it's too expensive, wants 10% off, budget is no more than 80k.",
        {"objection": ["price"], "budget_max": 80_000, "currency": "CNY", "stage": "need"},
    ),
    (
        "Send Mr. Wang the price list today and invite him for lunch next Thursday at noon.",
        {
            "contact": "王建国", "promise": todo(("Send the price list", "2026-03-04")),
            "next": todo(("invite him for lunch", "2026-03-12T12:00")), "stage": "quote",
        },
    ),
    (
        "Meeting with Director Wang went well. I promised him a case study by next Tuesday.",
        {
            "contact": "王建国", "sentiment": "+",
            "promise": todo(("case study", "2026-03-10")),
        },
    ),
    (
        "李芳 called, wants a quote for 3 sets of lab ling, send it by 5pm tomorrow.",
        {
            "contact": "李芳", "product": ["LabLink LIS"], "quantity": count(3, 3, "set"),
            "promise": todo(("send the quote", "2026-03-05T17:00")), "stage": "quote",
        },
    ),
    (
        "Visit again in two weeks, training on March 20th, call on Friday morning at 9.",
        {
            "next": todo(
                ("Visit again", "2026-03-18"),
                ("training", "2026-03-20"),
                ("call", "2026-03-06T09:00"),
            )
        },
    ),
    (
        "Not the GRE course, they want 20 LabLink seats, budget between one hundred "
        "and two hundred thousand.",
        {
            "product": ["LabLink LIS"], "quantity": count(20, 20, "seat"), "stage": "need",
            "budget_min": 100_000, "budget_max": 200_000, "currency": "CNY",
        },
    ),
    (
        "Mr. Wang will let me know by Friday, the customer asked if we can deliver in two weeks.",
        {
            "contact": "王建国", "concern": ["we can deliver in two weeks"],
            "next": todo(("Mr. Wang will let me know", "2026-03-06")),
        },
    ),
    (
        "I will visit them again on Thursday, March 12 at 2:30 p.m. No budget until Q2.",
        {
            "next": todo(("visit them again", "2026-03-12T14:30")), "stage": "need",
            "objection": ["price", "timing"],
        },
    ),
    (
        "The meeting on 12 March was moved to 19 March, she has concerns about data privacy.",
        {"next": todo(("meeting was moved", "2026-03-19")), "concern": ["data privacy"]},
    ),
    (
        "I told Peter we'd ship 40 cartons within 10 days, price under 500 yuan, they pay 620.",
        {
            "contact": "Peter Smith", "quantity": count(40, 40, "carton"),
            "promise": todo(("ship 40 cartons", "2026-03-14")),
            "budget_max": 500, "currency": "CNY",
        },
    ),
    ("Don't call her before Monday.", {}),
    ("Phone number 13800138000, contract no. 20260301, room 1203.", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NOTES)
def test_an_english_note_gives_its_fields(text: str, expected: dict[str, object]) -> None:
    fields = parser().parse(text)
    assert said(fields) == expected
    for guess in fields.guesses:
        assert guess.span is not None
        assert 0 <= guess.span.start < guess.span.end <= len(text)
        assert 0 < guess.confidence <= 1


@pytest.mark.parametrize(
    ("text", "contact", "others"),
    [
        ("Spoke with Mr Zhang, he will call back on the 15th.", "Mr Zhang", ("张立", "张磊")),
        ("Zhang zong wants a discount.", "Zhang zong", ("张立", "张磊")),
        ("Talked to Peter Brown of Globex.", "Peter Brown", ()),
        ("Mr. Chen from Initech called.", "Mr. Chen", ()),
        ("Met Mr. Wang Xiaoming today.", "Mr. Wang Xiaoming", ()),
        ("Met Wang Jiangguo at the fair.", "王建国", ()),
    ],
)
def test_a_doubtful_person_is_never_a_silent_guess(
    text: str, contact: str, others: tuple[str, ...]
) -> None:
    guess = next(one for one in parser().parse(text).guesses if one.name == "contact")
    assert (guess.value, guess.alternatives) == (contact, others)
    assert guess.confidence < 0.6


def test_the_organisation_tells_who_is_meant() -> None:
    fields = parser().parse("Mr. Zhang of Shunda wants a discount.")
    assert (fields.contact, fields.org) == ("张立", "顺达贸易")


def test_key_points_of_an_english_mail_are_its_sentences() -> None:
    text = (
        "Nice weather. Mr. Wang has a budget of $2.5k. We had tea. I'll send the quote by Friday."
    )
    points = [text[one.start : one.end] for one in key_points(text, parser().parse(text), 2)]
    assert points == ["Mr. Wang has a budget of $2.5k", "I'll send the quote by Friday"]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Met 王建国 today, he wants a quote for the LIS by Friday", True),
        ("call back at five", True),
        ("王女士咨询GRE冲刺班，关注师资", False),
        ("LIS 系统 POC 下周开始", False),
        ("张总要上 CRM 和 ERP", False),
        ("2.5万", False),
        ("", False),
    ],
)
def test_the_language_of_a_note(text: str, english: bool) -> None:
    assert is_english(text) is english


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("twenty-five thousand", 25_000),
        ("1.2 million", 1_200_000),
        ("300k", 300_000),
        ("a couple of", 2),
        ("half a million", 500_000),
        ("two and a half thousand", 2_500),
        ("one hundred and twenty thousand five hundred", 120_500),
        ("one point two five million", 1_250_000),
        ("half a dozen", 6),
        ("1,299.50", 1_299.5),
    ],
)
def test_numbers_in_words_and_figures(words: str, value: float) -> None:
    assert value_of(words) == value


_SAID = (
    "budget price is around wants boxes seats of LabLink Peter Mr. Wang Director and or to by at "
    "next week send quote no, sorry, make that not worried about the yuan $ , . % 王建国 'll"
)
_WORDS = st.sampled_from(_SAID.split())


@given(st.lists(_WORDS, max_size=25).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_no_english_text_raises_and_no_number_is_invented(text: str) -> None:
    fields = parser().parse(text)
    assert fields.quantity == ()
    assert (fields.budget_min, fields.budget_max) == (None, None)
    json.dumps(fields.as_json())


@given(st.text(alphabet="ab of19,.$%k-'’ \n\ue001İ", max_size=40), st.integers(2, 999))
@settings(max_examples=60, deadline=None)
def test_a_number_is_the_one_that_was_said(noise: str, number: int) -> None:
    fields = parser().parse(f"Note: {noise}\nThey need {number} boxes. Reply tomorrow.")
    assert Quantity(number, number, "box") in fields.quantity
    assert Action("Reply", "2026-03-05") in fields.promise
