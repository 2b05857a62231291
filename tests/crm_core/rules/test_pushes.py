"""What goes with queued content, and whether it may go at all (rows 2.15, 4.14)."""

from crm_core.model.values import Record
from crm_core.rules.firing.pushes import composed, matching_cases, why_not


def article(
    title: str, *, body: str = "", category: str = "案例", tags: tuple[str, ...] = ()
) -> Record:
    return {"id": title, "title": title, "category": category, "body": body, "tags": list(tags)}


def test_three_cases_of_the_industry_and_its_pains_come_first() -> None:
    """Row 4.14: industry and pain keywords ⇒ three past success cases."""
    every = [
        article("甲医院", body="医院 血球 交货期"), article("乙医院", body="医院 血球"),
        article("丙医院", tags=("医院",)), article("丁医院", body="医院"),
        article("学校", body="教室"), article("手册", body="医院 血球 交货期", category="手册"),
    ]  # fmt: skip
    found = [one["title"] for one in matching_cases(every, ["医院", "血球", "交货期", " "])]
    assert found == ["甲医院", "乙医院", "丁医院"]
    assert matching_cases(every, []) == ()


def test_the_text_begins_with_the_name_and_nothing_is_sent_without_one() -> None:
    text = composed(
        "林女士", article("白皮书", body="内容"), [article("甲", body="甲的事")], "王敏"
    )
    assert text == "林女士，您好：\n\n内容\n\n【甲】\n甲的事\n\n王敏"
    assert composed("林女士", None, [], "王敏") == ""
    assert why_not("a@b.cn", None, text) is None
    assert why_not("a@b.cn", "given", text) is None
    for email, consent, words in (
        ("", None, text),
        ("a@b.cn", "refused", text),
        ("a@b.cn", None, ""),
    ):
        assert why_not(email, consent, words) is not None
