"""What telephone numbers tell: whether they can be ones, and where they belong (row 1.7)."""

import pytest

from crm_core.model.phone_numbers import digits_of, doubt, is_mobile, place_of


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("138 1380 1234", "南京市"),
        ("+86-138-1380-1234", "南京市"),
        ("８６１３８1380１２３４", "南京市"),
        ("025-83331234", "南京市"),
        ("010-12345678转801", "北京市"),
        ("0512-1234567", "苏州市"),
    ],
)
def test_a_number_tells_its_place(text: str, place: str) -> None:
    region = place_of(text)
    assert region is not None
    assert region.narrowest.name == place
    assert doubt(text) is None


@pytest.mark.parametrize("text", ["", "138****1234", "10086", "400-800-1234", "+1 415 555 1234"])
def test_other_numbers_are_taken_and_tell_nothing(text: str) -> None:
    assert place_of(text) is None
    assert doubt(text) is None


@pytest.mark.parametrize(
    "text", ["1381380123", "138138012345", "021-5", "+1 415", "99999999999999"]
)
def test_a_number_of_the_wrong_length_is_doubted(text: str) -> None:
    assert doubt(text) is not None
    assert not is_mobile(text)


def test_the_sentence_counts_the_digits() -> None:
    sentence = doubt("138-1380-123")
    assert sentence is not None
    assert sentence.zh == "手机号应为 11 位，现在是 10 位，少了 1 位"
    assert digits_of("138-1380-123") == "1381380123"
