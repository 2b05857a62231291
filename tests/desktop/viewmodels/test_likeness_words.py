"""Every sign has words, and what speaks against comes after a "but"."""

from crm_core.matching.compare import AGAINST, Reason, Sign
from desktop.viewmodels.records.likeness_words import WORDS, why


def test_every_sign_has_words_in_both_languages() -> None:
    assert set(WORDS) == {sign.value for sign in Sign}
    assert {sign for sign in Sign if sign.value.startswith("other_")} == AGAINST
    for sign in Sign:
        said = [why([Reason(sign, "甲", "乙")], language) for language in ("zh_CN", "en")]
        assert all(said)
        assert "{" not in "".join(said)


def test_what_speaks_against_comes_last() -> None:
    reasons = [Reason(Sign.LINE, "1", "1"), Reason(Sign.OTHER_CITY, "上海", "苏州")]
    assert why(reasons, "zh_CN") == "座机相同；但城市不同（苏州）"
    assert why(reasons, "en") == "same landline; but another city (苏州)"
    assert why([], "en") == ""
