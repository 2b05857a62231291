"""Visit or call, what was done, and the points of a conversation; the person may switch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.notes.types import FieldGuess, NoteFields, Span
from desktop.services.commands.visits import Form
from desktop.viewmodels.visits.conversation import is_conversation, points_of
from desktop.viewmodels.visits.note_form import action_of, following, form_of, purpose_of
from desktop.viewmodels.visits.visit_assembly import Header

CHAT = "王敏：方案收到了，价格太贵\n我：合同草稿明天发您\n王敏：等领导批，再考虑一下"


@pytest.mark.parametrize(
    ("text", "form", "action"),
    [
        ("记录林女士咨询雅思基础班，预算一万八", None, "visited"),
        ("刚去江宁瑞康医院见了王主任，想要分析仪", Form.VISIT, "visited"),
        ("给王主任打了电话，他觉得太贵", Form.FOLLOW_UP, "called"),
        ("打 了 电话 没接", Form.FOLLOW_UP, "unreached"),
        ("王主任来电，方案已发，他说再考虑一下", Form.FOLLOW_UP, "sent"),
        ("微信里跟张总说了，报价单已发", Form.FOLLOW_UP, "quoted"),
        ("电话里约好下周来试听", Form.FOLLOW_UP, "booked"),
        ("Called Ms Lin, she wants the class", Form.FOLLOW_UP, "called"),
        ("Visited the clinic and met Dr Wang", Form.VISIT, "visited"),
        (CHAT, Form.FOLLOW_UP, "called"),
    ],
)
def test_the_words_say_what_it_was(text: str, form: Form | None, action: str) -> None:
    closed = text.replace(" 了 ", "了").replace(" 没", "没")
    assert form_of(closed) is form
    assert action_of(closed, form or Form.VISIT) == action


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("上门给他们演示了分析仪", "demo"),
        ("去收尾款，顺便看了报价", "payment"),
        ("拜访时谈了报价", "quote"),
        ("拜访王主任，设备故障已经修好", "service"),
        ("Visited the lab for a demo", "demo"),
        ("拜访了王主任", None),
        ("见了王主任，担心售后", None),
    ],
)
def test_the_words_say_what_a_visit_was_for(text: str, purpose: str | None) -> None:
    assert purpose_of(text) == purpose
    assert following(Header(), None, "visited", purpose).purpose == purpose
    chosen = Header(purpose="first", decided=("purpose",))
    assert following(chosen, None, "visited", purpose).purpose == "first"


def test_what_is_planned_does_not_count() -> None:
    text = "电话里说好，下周三上门拜访"
    place = text.index("下周三")
    assert form_of(text, [Span(place, len(text))]) is Form.FOLLOW_UP
    text = "见了王主任，明天打电话"
    assert form_of("明天打电话", [Span(0, 5)]) is None
    assert form_of(text, [Span(6, len(text))]) is Form.VISIT


def test_what_the_person_chose_stays() -> None:
    header = following(Header(), Form.FOLLOW_UP, "unreached")
    assert (header.form, header.action) == ("follow_up", "unreached")
    assert following(header, None, "visited").form == "visit"
    chosen = Header(form="visit", action="signed", decided=("form", "action"))
    assert following(chosen, Form.FOLLOW_UP, "called") == chosen
    half = Header(form="follow_up", decided=("form",))
    assert following(half, Form.VISIT, "visited").action == "called"


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        (CHAT, True),
        ("王敏 2026-03-02 10:11\n方案收到\n林晓 10:12\n好的", True),
        ("[10:11] Wang: got it\n[10:12] Lin: fine", True),
        ("发件人: a@b.cn\n主题: 报价\n\n您好", True),
        ("预算：两万\n关注：售后", False),
        ("王敏：方案收到了", False),
        ("https://a.cn\nhttps://b.cn", False),
        ("", False),
    ],
)
def test_a_conversation_is_told_from_a_note(text: str, talk: bool) -> None:
    assert is_conversation(text) is talk


def test_three_points_at_most_and_word_for_word() -> None:
    words = [
        ("objection", "太贵"),
        ("promise", "合同草稿"),
        ("next", "再考虑一下"),
        ("stage", "方案"),
    ]
    guesses = []
    for name, said in words:
        place = CHAT.index(said)
        guesses.append(FieldGuess(name, said, Span(place, place + len(said)), 0.9, said))
    points = points_of(CHAT, NoteFields(guesses=tuple(guesses)))
    assert points.words(CHAT) == (
        "方案收到了，价格太贵", "合同草稿明天发您", "等领导批，再考虑一下",
    )  # fmt: skip
    assert points_of("只是一句话，太贵", NoteFields(guesses=tuple(guesses))).spans == ()


@given(st.text(max_size=300), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400))))
def test_no_text_hurts(text: str, places: list[tuple[int, int]]) -> None:
    planned = [Span(min(one), max(one)) for one in places]
    form = form_of(text, planned)
    assert action_of(text, form or Form.FOLLOW_UP, planned)
    assert is_conversation(text) in (True, False)
