"""Sentences in the words a model knows: longest first, numbers apart, stand-ins by sound."""

import json

from desktop.services.voice.vocabulary import Vocabulary

WORDS = {
    "下周三", "雅思", "基础", "班", "五百", "五", "百", "一直", "一", "盒", "要", "便", "店长",
    "三月", "三", "月", "十", "用",
}  # fmt: skip


def split(text: str) -> tuple[str, ...]:
    return Vocabulary(WORDS.__contains__).split(text)


def test_the_longest_known_words_come_first() -> None:
    assert split("雅思基础班") == ("雅思", "基础", "班")


def test_numbers_fall_apart_so_that_any_number_can_be_heard() -> None:
    assert split("要五百盒") == ("要", "五", "百", "盒")
    assert split("三月十五") == ("三", "月", "十", "五")


def test_a_weekday_and_an_adverb_are_no_numbers() -> None:
    assert split("下周三") == ("下周三",)
    assert split("一直用") == ("一直", "用")


def test_an_unknown_character_is_stood_in_for_by_its_sound() -> None:
    assert split("卞店长") == ("便", "店长")


def test_what_cannot_be_said_is_left_out() -> None:
    assert split("龘😀盒") == ("盒",)


def test_sentences_become_what_the_recogniser_takes() -> None:
    vocabulary = Vocabulary(WORDS.__contains__)
    grammar = vocabulary.grammar([("卞店长", "要", "五百盒"), ("龘",)])
    assert grammar is not None
    assert json.loads(grammar) == ["便 店长 要 五 百 盒"]


def test_a_model_of_another_language_is_told_nothing() -> None:
    assert Vocabulary(lambda _: False).grammar([("卞店长", "要")]) is None
