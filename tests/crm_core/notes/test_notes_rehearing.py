"""Hearing a note again: the words of sales notes come back, what made sense is left alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.phrase_model import (
    END,
    NUMBER,
    START,
    UNIT,
    PhraseModel,
    load_phrase_model,
    split_expression,
)
from crm_core.notes.rehearing import Rehearing
from crm_core.notes.segments import Mark

LEXICON = load_lexicon()
REHEARING = Rehearing(load_phrase_model(LEXICON.spoken), LEXICON.units)


def again(words: str, fixed: str = "") -> str:
    marks = [char if "\ue000" < char < "\ue009" else "" for char in fixed or words]
    return REHEARING.read(words, marks)


def test_homophones_of_the_words_of_notes_come_back() -> None:
    assert again("没人街殿话") == "没人接电话"
    assert again("丹心售后显影慢") == "担心售后响应慢"


def test_what_makes_sense_is_left_alone() -> None:
    for words in ("挺满意的", "要学校批了才能定", "明天上午十点演示", "机器人竞赛课", "手机关机"):
        assert again(words) == words


def test_a_known_name_is_never_touched() -> None:
    assert again("一丹心要两台", f"一{Mark.PRODUCT * 2}要两台")[1:3] == "丹心"


def test_numbers_stay_as_they_were_said() -> None:
    assert again("五百二十三") == "五百二十三"


@settings(max_examples=60)
@given(st.text(alphabet="担心丹新五百盒。，abc 1万😀\n要给他发报价", max_size=60))
def test_it_never_raises_and_keeps_the_number_of_characters(words: str) -> None:
    assert len(again(words)) == len(words)


def test_likelier_words_cost_less_and_unseen_ones_most() -> None:
    model = PhraseModel([["要", NUMBER, UNIT], ["要", "报价"], ["给", "报价"]])
    assert model.after("要", NUMBER) > model.after("给", NUMBER)
    assert model.after(START, "要") > model.after(START, "给") > model.after(START, "没有的词")
    assert model.words == {"要", "给", "报价"}
    assert END not in model.words


def test_an_expression_is_split_into_the_words_of_the_model() -> None:
    assert split_expression("下周三下午三点") == ["下周三", "下午", NUMBER, "点"]
    assert split_expression("二十到三十万左右") == [NUMBER, "到", NUMBER, "左右"]


def test_a_numeral_that_only_sounds_so_is_put_right_beside_one_that_was_heard() -> None:
    assert again("护理床糁十张") == "护理床三十张"
    assert again("一百儿十台预算") == "一百二十台预算"
    assert again("要糁张") != "要三张"
