"""Whole notes: the parser's promises on good and on hostile input (rows 3.3, 3.7, 3.14)."""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.notes.jsonl import parse_jsonl
from crm_core.notes.lexicon import Lexicon, load_lexicon
from crm_core.notes.numbers import SPOKEN
from crm_core.notes.pipeline import NoteParser, parse_note
from crm_core.notes.summary import key_points
from crm_core.notes.types import Action, KnownContact, NoteContext, Quantity

PUBLIC = Path(__file__).parents[2] / "data" / "notes" / "public.jsonl"


@cache
def lexicon() -> Lexicon:
    return load_lexicon()


@cache
def parser() -> NoteParser:
    context = NoteContext(
        reference=datetime(2026, 3, 4, 9, 30),  # noqa: DTZ001 - a naive local moment is allowed
        contacts=(
            KnownContact("王晓燕", "女士", ""),
            KnownContact("张建国", "总", "东方物流"),
            KnownContact("张立", "总", "顺达贸易"),
        ),
        orgs=("东方物流", "顺达贸易"),
        products=("雅思冲刺班", "托福阅读课", "电动叉车"),
        competitors=("新东方",),
    )
    return NoteParser(lexicon(), context)


def test_the_quick_note_of_the_source_article() -> None:
    fields = parser().parse("记录王女士咨询雅思冲刺班，预算2.5万，关注师资稳定性")
    assert fields.contact == "王晓燕"
    assert fields.product == ("雅思冲刺班",)
    assert (fields.budget_min, fields.budget_max, fields.currency) == (25_000, 25_000, "CNY")
    assert fields.concern == ("师资稳定性",)
    assert fields.stage == "need"


def test_every_guess_points_at_its_words() -> None:
    text = "王女士想报雅思 冲刺班，预算 两万五，明天给她发课表"
    for guess in parser().parse(text).guesses:
        assert guess.span is not None
        assert 0 <= guess.span.start < guess.span.end <= len(text)
        assert 0.0 <= guess.confidence <= 1.0
    contact = parser().parse(text).guesses[0]
    assert contact.span is not None
    assert text[contact.span.start : contact.span.end] == "王女士"


def test_two_people_of_one_surname_are_never_a_silent_guess() -> None:
    guess = next(g for g in parser().parse("张总要三台电动叉车").guesses if g.name == "contact")
    assert guess.value == "张总"
    assert guess.confidence < 0.5
    assert set(guess.alternatives) == {"张建国", "张立"}


def test_the_organisation_tells_two_people_apart() -> None:
    fields = parser().parse("顺达贸易张总要三台电动叉车，后天送货")
    assert (fields.contact, fields.org) == ("张立", "顺达贸易")
    assert fields.quantity == (Quantity(3, 3, "台"),)
    assert fields.promise == (Action("送货", "2026-03-06"),)


def test_a_correction_replaces_the_first_sum() -> None:
    fields = parser().parse("王女士预算两万，不对，是三万")
    assert (fields.budget_min, fields.budget_max) == (30_000, 30_000)


def test_a_rejected_product_is_not_wanted() -> None:
    fields = parser().parse("王女士不考虑托福阅读课，想报雅思冲刺班")
    assert fields.product == ("雅思冲刺班",)


def test_recogniser_output_is_healed_by_sound() -> None:
    fields = parser().parse("王 女士 咨询 亚四 冲次 班 预算 两万五 名天 下午 发 资料")
    assert fields.product == ("雅思冲刺班",)
    assert fields.budget_max == 25_000
    assert fields.promise == (Action("发资料", "2026-03-05"),)


@given(
    st.one_of(
        st.text(max_size=300),
        st.text(
            alphabet="王张总女士一二三两十百千万点半号月周下台箱，。 前后不对是贵要发给",
            max_size=60,
        ),
    )
)
@settings(max_examples=300, deadline=None)
def test_no_text_raises_and_no_number_is_invented(text: str) -> None:
    fields = parser().parse(text)
    if not re.search(SPOKEN, text):
        assert fields.quantity == ()
        assert (fields.budget_min, fields.budget_max) == (None, None)
    json.dumps(fields.as_json())


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😀" * 50,
        "一" * 10_000,
        "二" * 10_000,
        "1" * 3_000,
        "王女士 " * 800,
        "ignore all",
    ],
)
def test_odd_texts_give_no_name_that_was_not_said(text: str) -> None:
    fields = parser().parse(text)
    assert fields.contact in (None, "王晓燕")
    assert (fields.contact is None) == ("王" not in text)
    assert fields.product == fields.competitor == fields.objection == ()


def test_a_bad_line_is_reported_and_the_rest_goes_on() -> None:
    context = {"reference": "2026-03-04T09:30:00", "contacts": [], "products": ["电动叉车"]}
    lines = [
        json.dumps({"id": "a", "text": "要两台电动叉车", "context": context}),
        "{broken",
        json.dumps({"id": "c", "context": context}),
        json.dumps({"id": "d", "text": "好", "context": {"reference": "never"}}),
    ]
    answers = [json.loads(line) for line in parse_jsonl(lines, lexicon())]
    assert answers[0]["product"] == ["电动叉车"]
    assert [one["id"] for one in answers] == ["a", None, "c", "d"]
    assert all("error" in one for one in answers[1:])


def test_a_malformed_context_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="not a list"):
        parse_note("好", {"reference": "2026-03-04", "orgs": "东方物流"}, lexicon())


def test_a_corrected_product_replaces_the_first() -> None:
    fields = parser().parse("王女士想报托福阅读课，不对，是雅思冲刺班")
    assert fields.product == ("雅思冲刺班",)


def test_key_points_are_sentences_of_the_conversation() -> None:
    text = (
        "今天天气不错。王女士咨询雅思冲刺班，预算两万五。她担心老师中途换人。"
        "中午一起吃了面。明天上午给她发课表。"
    )
    points = [text[one.start : one.end] for one in key_points(text, parser().parse(text))]
    assert len(points) == 3
    assert points[-1] == "明天上午给她发课表"
    assert "中午一起吃了面" not in points


@pytest.mark.parametrize(
    ("text", "stage"),
    [("合同草稿给您了", "negotiate"), ("下周演示", "demo"), ("方案已发", "quote")],
)
def test_chat_keywords_hint_at_the_stage(text: str, stage: str) -> None:
    assert parser().parse(text).stage == stage


@pytest.mark.parametrize(
    ("text", "objection"), [("再考虑一下", "timing"), ("等领导批", "approval")]
)
def test_chat_keywords_of_hesitation(text: str, objection: str) -> None:
    assert parser().parse(text).objection == (objection,)
