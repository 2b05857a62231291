"""Reading names aloud, and reading typed letters as syllables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from crm_core.matching.pinyin import is_han, known_syllables, reading, sort_key, split_letters
from crm_core.matching.sounds import shipped
from tests.crm_core import sounds_made

SYLLABLES = st.lists(st.sampled_from(sorted(known_syllables())), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("name", "syllables", "initials"),
    [
        ("周行", "zhou xing", "zx"),
        ("工商银行", "gong shang yin hang", "gsyh"),
        ("重庆医院", "chong qing yi yuan", "cqyy"),
        ("A座301", "zuo", "az301"),
        ("北京-协和 医院", "bei jing xie he yi yuan", "bjxhyy"),
        ("", "", ""),
        ("……！", "", ""),
        ("Siemens 西门子", "xi men zi", "siemensxmz"),
    ],
)
def test_names_are_read_with_their_phrases(name: str, syllables: str, initials: str) -> None:
    heard = reading(name)
    assert " ".join(heard.syllables) == syllables
    assert heard.initials == initials


@given(st.text(max_size=20))
def test_any_text_has_one_syllable_for_each_ideograph(text: str) -> None:
    assert len(reading(text).syllables) == sum(is_han(char) for char in text)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("陈", "chen"),
        ("重庆医院", "chong qing yi yuan"),
        ("重要客户", "zhong yao ke hu"),
        ("A座301", "a zuo 301"),
        ("Siemens 西门子", "siemens xi men zi"),
        ("上海B2B平台", "shang hai b2b ping tai"),
        ("ＡＢＣ  有限", "abc you xian"),
        ("北京-协和", "bei jing - xie he"),
        ("𠮷野家", "𠮷 ye jia"),
        ("", ""),
    ],
)
def test_a_sort_key_is_the_sound_and_then_the_text(text: str, spoken: str) -> None:
    assert sort_key(text) == f"{spoken}\x01{text.lower()}"


@pytest.mark.parametrize(
    "ordered",
    [
        ["陈", "丁", "何", "任", "于", "张"],
        ["陈", "陈光", "陈光明"],
        ["2号楼", "A座", "abc", "B座", "重庆", "丁", "zeta", "张"],
        ["李", "里", "李强", "林"],
        ["房", "芳", "房产", "方圆"],
    ],
)
def test_names_are_ordered_as_a_chinese_reader_expects(ordered: list[str]) -> None:
    assert sorted(reversed(ordered), key=sort_key) == ordered


PHRASES = ["重庆", "银行", "行长", "长春", "音乐", "快乐", "会计", "A座", "12 ", "𠮷", "〇", "…"]


@given(st.lists(st.sampled_from(PHRASES) | st.text(max_size=3), max_size=6).map("".join))
def test_word_by_word_a_name_sounds_as_it_does_whole(text: str) -> None:
    whole = lazy_pinyin(text, errors=list)  # type: ignore[arg-type]
    expected = [part for char, part in zip(text, whole, strict=True) if is_han(char)]
    assert list(reading(text).syllables) == expected


@given(st.text(max_size=20), st.text(max_size=20))
def test_texts_differing_in_more_than_letter_case_have_keys_of_their_own(a: str, b: str) -> None:
    assert (a.lower() == b.lower()) or sort_key(a) != sort_key(b)
    assert sort_key(a).endswith(f"\x01{a.lower()}")


@pytest.mark.parametrize(
    ("letters", "wanted"),
    [
        ("wang", ["wang"]),
        ("wangm", ["wang", "m"]),
        ("xiehe", ["xie", "he"]),
        ("xian", ["xi", "an"]),
        ("zhangjk", None),
        ("v", None),
        ("", None),
        ("x9", None),
    ],
)
def test_letters_are_split_where_they_can_be(letters: str, wanted: list[str] | None) -> None:
    found = split_letters(letters)
    assert wanted in found if wanted else found == []


def test_fewest_syllables_come_first_and_no_more_than_asked_for() -> None:
    found = split_letters("xianganjiangan", limit=3)
    assert len(found) == 3
    assert [len(parts) for parts in found] == sorted(len(parts) for parts in found)


@given(SYLLABLES)
def test_what_was_spelled_is_among_the_readings(syllables: list[str]) -> None:
    assert syllables in split_letters("".join(syllables), limit=10_000)


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=45))
def test_every_reading_is_made_of_syllables_and_spells_what_was_typed(letters: str) -> None:
    for parts in split_letters(letters):
        assert "".join(parts) == letters
        assert all(part in known_syllables() for part in parts[:-1])


PHRASES = sorted(PHRASES_DICT)
PIECES = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from(PHRASES).map(lambda phrase: phrase[:-1]),
    st.sampled_from(sorted(map(chr, PINYIN_DICT))),
    st.text(max_size=3),
)


def by_pypinyin(text: str) -> list[str]:
    return lazy_pinyin(text, errors=list)  # type: ignore[arg-type] # Its hints know no lists.


def test_the_dictionary_is_pypinyins_whole() -> None:
    assert sounds_made.PATH.read_text(encoding="utf-8") == sounds_made.made()


@given(st.lists(PIECES, max_size=5).map("".join))
def test_any_text_sounds_as_pypinyin_reads_it(text: str) -> None:
    assert shipped().of(text) == by_pypinyin(text)


def test_every_phrase_and_character_sounds_as_pypinyin_reads_it() -> None:
    for text in [*PHRASES[::9], *list(map(chr, PINYIN_DICT))[::29]]:
        assert shipped().of(text) == by_pypinyin(text), text
