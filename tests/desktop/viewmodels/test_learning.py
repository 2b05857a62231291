"""What a correction teaches: mishearings by themselves, other values only where asked for."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.commands.wordings import Pair
from desktop.viewmodels.visits.learning import learns, learnt, pair_of, sounds_alike
from desktop.viewmodels.visits.visit_cards import NEW_CONTACT, Card, Decision, Field


def corrected(field: Field, heard: str, value: str) -> Card:
    card = Card(str(field), field, value, heard, words=heard)
    return replace(card, decision=Decision.EDITED)


@pytest.mark.parametrize(
    ("field", "heard", "value", "kind"),
    [
        (Field.PRODUCT, "题 分 班", "提分班", "product"),
        (Field.CONTACT, "便 妈妈", f"{NEW_CONTACT}田妈妈", "contact"),
        (Field.CONCERN, "披肩差", "批间差", "word"),
    ],
)
def test_what_sounds_alike_is_learnt_by_itself(
    field: Field, heard: str, value: str, kind: str
) -> None:
    card = corrected(field, heard, value)
    pair = Pair(heard.replace(" ", ""), value.removeprefix(NEW_CONTACT), kind)
    assert pair_of(card) == pair
    assert learnt([card]) == (pair,)
    assert learnt([replace(card, learns=False)]) == ()


def test_another_value_is_learnt_only_where_asked() -> None:
    card = corrected(Field.PRODUCT, "冲刺课", "雅思基础班")
    assert not learns(card)
    assert learnt([card]) == ()
    assert learnt([replace(card, learns=True)]) == (Pair("冲刺课", "雅思基础班", "product"),)


@pytest.mark.parametrize(
    "card",
    [
        Card("a", Field.PRODUCT, "提分班", "x", words="题分班"),
        corrected(Field.PRODUCT, "提分班", "提分班"),
        corrected(Field.BUDGET, "一万八", "20000"),
        corrected(Field.CONCERN, "上课时间", "老师换得太勤"),
        corrected(Field.PRODUCT, "班", "提分班"),
        corrected(Field.CONTACT, "王主任", "-"),
        replace(corrected(Field.PRODUCT, "题分班", "提分班"), decision=Decision.DROPPED),
    ],
)
def test_nothing_is_learnt_from_these(card: Card) -> None:
    assert pair_of(card) is None
    assert learnt([replace(card, learns=True)]) == ()


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_words_hurt(heard: str, meant: str) -> None:
    assert sounds_alike(heard, meant) in (True, False)
    pair = pair_of(corrected(Field.PRODUCT, heard, meant))
    assert pair is None or pair.heard != pair.meant
