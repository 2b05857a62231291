"""Texts compared by word and by character, and drafts that lose nothing of either side."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.viewmodels.text_difference import Piece, merged, pieces, words

TEXTS = st.text(alphabet="预算一月 ab\n，12", max_size=30)


def test_chinese_is_compared_by_character_and_latin_by_word() -> None:
    assert words("预算GRE 12万") == ["预", "算", "GRE", " ", "12", "万"]
    assert pieces("预算一月批", "预算二月批") == (
        Piece("预算", False), Piece("一", True), Piece("月批", False),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "mine", "theirs", "draft"),
    [
        ("先试用。", "先试用两周。", "请先试用。", "请先试用两周。"),
        ("预算一月批", "预算二月批", "预算一月批", "预算二月批"),
        ("预算一月批", "预算一月批", "预算三月批", "预算三月批"),
        ("预算一月批", "预算二月批", "预算三月批", "预算三二月批"),
        ("", "先试用两周", "预算明年一月", "预算明年一月\n先试用两周"),
        ("一", "", "", ""),
    ],
)
def test_a_draft_holds_the_changes_of_both(before: str, mine: str, theirs: str, draft: str) -> None:
    assert merged(before, mine, theirs) == draft


@given(TEXTS, TEXTS)
@settings(max_examples=60, deadline=None)
def test_pieces_make_up_the_text(text: str, other: str) -> None:
    assert "".join(piece.text for piece in pieces(text, other)) == text


@given(TEXTS, TEXTS)
@settings(max_examples=60, deadline=None)
def test_a_draft_of_one_side_alone_is_that_side(before: str, text: str) -> None:
    if before:
        assert merged(before, text, before) == text
        assert merged(before, before, text) == text


@given(TEXTS.filter(bool), TEXTS, TEXTS)
@settings(max_examples=80, deadline=None)
def test_every_word_somebody_added_is_in_the_draft(before: str, mine: str, theirs: str) -> None:
    draft = merged(before, mine, theirs)
    for side in (mine, theirs):
        added = [word for piece in pieces(side, before) if piece.new for word in words(piece.text)]
        assert all(word in draft for word in added)
