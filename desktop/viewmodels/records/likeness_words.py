"""Why two records may be one, in words: a sentence for each sign that `matching.compare` gives."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from crm_core.model.schema import Label

if TYPE_CHECKING:  # It brings numpy, and forms are loaded at every start.
    from crm_core.matching.compare import Reason

_MOST = 0.99
WORDS: Mapping[str, Label] = {
    "phone": Label("手机号相同", "same mobile number"),
    "masked_phone": Label("手机号露出的部分一致", "what the masked number shows agrees"),
    "line": Label("座机相同", "same landline"),
    "code": Label("信用代码是同一家机构", "same registered organisation"),
    "email": Label("邮箱相同", "same e-mail"),
    "company": Label("字号相同（{0}）", "same company name ({0})"),
    "company_sound": Label("字号同音（{0}、{1}）", "names sound alike ({0}, {1})"),
    "person": Label("联系人相同（{0}）", "same person ({0})"),
    "person_sound": Label("联系人同音（{0}、{1}）", "persons sound alike ({0}, {1})"),
    "surname": Label("联系人同姓", "same surname"),
    "address": Label("地址相同", "same address"),
    "city": Label("同在{0}", "both in {0}"),
    "other_phone": Label("手机号不同", "another mobile number"),
    "other_code": Label("信用代码不同", "another credit code"),
    "other_company": Label("字号不同（{1}）", "another company name ({1})"),
    "other_person": Label("联系人不同（{1}）", "another person ({1})"),
    "other_city": Label("城市不同（{1}）", "another city ({1})"),
    "other_branch": Label("分支或门店不同", "another branch"),
}
"""`{0}` is what was typed, `{1}` what the other record has; a test holds them to the signs."""


def reason_words(reason: "Reason", language: str) -> str:
    """One reason."""
    return WORDS[reason.sign.value].text(language).format(reason.mine, reason.theirs)


def why(reasons: Iterable["Reason"], language: str, *, most: int = 2) -> str:
    """What speaks for it and, after a "but", what speaks against it; the first few of each."""
    chinese = language.startswith("zh")
    both: tuple[list[str], list[str]] = ([], [])
    for reason in reasons:
        both[reason.sign.value.startswith("other_")].append(reason_words(reason, language))
    comma = "，" if chinese else ", "
    said = [comma.join(words[:most]) for words in both if words]
    return ("；但" if chinese else "; but ").join(said) if both[0] else "".join(said)


def percent(chance: float) -> str:
    """How likely, as people read it: nothing is ever quite certain."""
    return f"{min(chance, _MOST):.0%}"
