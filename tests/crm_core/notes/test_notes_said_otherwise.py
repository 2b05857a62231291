"""Ways of saying things that new sentences brought (rows 3.3, 3.4, 3.7), by classes."""

from datetime import datetime
from functools import cache
from typing import Any

import pytest

from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import KnownContact, NoteContext


@cache
def _parser() -> NoteParser:
    contacts = (
        KnownContact("佟大伟", "设备科长", "江阳医院"),
        KnownContact("濮阳慧", "主任", "江阳医院"),
        KnownContact("鲁小凤", "老板娘", "小凤副食"),
        KnownContact("房国栋", "工程师", "宏远模具"),
        KnownContact("荆海波", "总", "宏远模具"),
    )
    return NoteParser(
        load_lexicon(),
        NoteContext(
            reference=datetime(2026, 9, 17, 9, 20),  # noqa: DTZ001 - a naive local moment
            contacts=contacts,
            orgs=("江阳医院", "小凤副食", "宏远模具"),
            products=("彩超", "刀片", "酸奶", "除颤仪"),
            competitors=("迈瑞", "博世"),
        ),
    )


def _read(text: str) -> dict[str, Any]:
    return _parser().parse(text).as_json()


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("佟科长要彩超", "佟大伟"),
        ("濮阳主任问除颤仪", "濮阳慧"),
        ("房工看了刀片", "房国栋"),
        ("小凤副食老板娘要酸奶", "鲁小凤"),
    ],
)
def test_titles_are_cut_short_and_stand_alone(text: str, contact: str) -> None:
    assert _read(text)["contact"] == contact


def test_a_title_without_a_name_is_not_taken_without_asking() -> None:
    (guess,) = [
        one for one in _parser().parse("小凤副食老板娘要酸奶").guesses if one.name == "contact"
    ]
    assert guess.confidence < 0.6


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("酸奶一箱一百四", 140, 140),
        ("一个人一年三十，元旦前上", 30, 30),
        ("博世一片四十八，我们三十九", 39, 39),
        ("刀片三台，九万六成交", 96_000, 96_000),
        ("要八块五一包", 8.5, 8.5),
        ("预算二十万，呃，应该是十二万", 120_000, 120_000),
        ("首年七万，三年二十一万", 210_000, 210_000),
        ("迈瑞报十二万", None, None),
        ("说我们多收了一千二", None, None),
    ],
)
def test_prices_by_the_piece_and_whose_they_are(
    text: str, low: float | None, high: float | None
) -> None:
    fields = _read(text)
    assert (fields["budget_min"], fields["budget_max"]) == (low, high)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("要酸奶十箱，不是十箱是四箱", [4]),
        ("从二十个用户加到三十五个", [35]),
        ("剩三十多杯酸奶要换", [30]),
    ],
)
def test_counts_that_were_taken_back(text: str, counts: list[float]) -> None:
    assert [one["min"] for one in _read(text)["quantity"]] == counts


@pytest.mark.parametrize(
    ("text", "what", "due"),
    [
        ("彩超两台，十月五号前要", "送货", "2026-10-05"),
        ("佟科长要彩超的彩页，今天下午四点前发他邮箱", "发彩页", "2026-09-17T16:00"),
        ("小凤副食让再送个小冰柜，明天给", "给小冰柜", "2026-09-18"),
        ("彩超坏了，后天派人去换", "派人去换", "2026-09-19"),
        ("彩超原来说周五到，现在要提前到下周一", "送货", "2026-09-21"),
        ("这个月底给报价", "报价", "2026-09-30"),
    ],
)
def test_what_we_owe(text: str, what: str, due: str) -> None:
    (owed,) = _read(text)["promise"]
    assert owed["due"] == due
    assert what in owed["what"] or owed["what"] in what


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("佟科长说回去跟荆总商量，下周四给回话", "2026-09-24"),
        ("图纸周五给我们", "2026-09-18"),
        ("原定周五的讲座改到下周二下午两点", "2026-09-22T14:00"),
        ("国庆前不行，节后第二周再问", "2026-10-12"),
        ("五一班，一个人一年三十，元旦前再看", "2026-12-31"),
    ],
)
def test_what_they_do_comes_next(text: str, due: str) -> None:
    fields = _read(text)
    assert [one["due"] for one in fields["next"]][-1:] == [due]
    assert not fields["promise"]


@pytest.mark.parametrize(
    "text",
    [
        "酸奶每天六点前要送",
        "司机七点才上班",
        "彩超今天走不了",
        "佟科长今天心情不好",
        "迈瑞下周也来讲彩超",
        "中午一起吃了面",
    ],
)
def test_habits_and_what_others_do_are_no_tasks(text: str) -> None:
    fields = _read(text)
    assert not fields["promise"]
    assert not fields["next"]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("院长批了，三十二万八", "objection", []),
        ("博世太贵，要我们的刀片", "objection", []),
        ("佟科长要跟荆总商量", "objection", ["approval"]),
        ("卖断货了，再补二十箱", "objection", []),
        ("再这样就不续费了", "stage", None),
        ("焦总不同意一次付清", "stage", "negotiate"),
        ("佟科长让我推荐一个人", "sentiment", None),
        ("佟科长反馈彩超识别率低", "concern", ["识别率低"]),
        ("问彩超多少钱，带不带打印", "concern", ["带不带打印"]),
    ],
)
def test_what_stands_around_a_word_counts(text: str, field: str, value: object) -> None:
    assert _read(text)[field] == value


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("彩超先不考虑，主要想要除颤仪", "product", ["除颤仪"]),
        ("彩超跟刀片佟科长都不要，只要酸奶四十提", "product", ["酸奶"]),
        ("彩超不要了", "product", ["彩超"]),
        ("小凤副食岳长河问酸奶有没有现货", "contact", "岳长河"),
        ("彩超公开招标，最高限价四十八万", "budget_min", None),
        ("酸奶跟迈瑞放一块卖", "budget_max", None),
        ("还欠两万六货款", "budget_max", 26_000),
    ],
)
def test_what_is_refused_new_or_no_sum(text: str, field: str, value: object) -> None:
    assert _read(text)[field] == value


def test_what_follows_a_wait_that_is_over_is_ours() -> None:
    heard = _parser().parse("佟科长 嫌 除颤仪 太慢 等不了 后天下午 给 新 计划")
    assert [(one.due or "")[:10] for one in heard.promise] == ["2026-09-19"]
    assert _parser().parse("月底 前 三天 这个 月 二十九 号 装机").next[-1].due == "2026-09-29"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("佟科长交了彩超定金五百，余款国庆后补齐", "补齐余款"),
        ("验收通过，尾款八万三，月底打过来", "打尾款"),
    ],
)
def test_what_they_still_pay_comes_next(text: str, what: str) -> None:
    fields = _parser().parse(text)
    assert fields.promise == ()
    assert fields.next[-1].what == what


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我 我 我们 明天 给 佟科长 送 两 台 除颤仪", "我们明天给佟科长送两台除颤仪"),
        ("佟科长 要 三 三台 彩超", "佟科长要三台彩超"),
        ("佟科长说那个那个那个要要要再考虑考虑", "佟科长说那个要再考虑考虑"),
        ("佟科長說預算五十萬，下週三給報價", "佟科长说预算五十万，下周三给报价"),
        ("电话幺三八零零幺三八零零零", "电话一三八零零一三八零零零"),
    ],
)
def test_stutters_traditional_characters_and_digits_one_by_one(text: str, words: str) -> None:
    fields = _parser().parse(text)
    assert fields.words == words
    spans = [one.span for one in fields.guesses if one.span is not None]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_a_number_that_is_dialled_is_no_sum() -> None:
    heard = _parser().parse("佟科长 电话 幺三八 零零幺 三八零 零 零 零 明天 打给 他")
    assert (heard.budget_max, heard.quantity) == (None, ())
    assert _parser().parse("电话13800138000，预算1500000元").budget_max == 1_500_000


def test_what_follows_a_competitor_that_is_used_is_not_what_it_does() -> None:
    heard = _parser().parse("佟科长 问 彩超 保修 几年 现在 用 的 迈瑞 后天 上午 回复 他")
    assert [one.what for one in heard.promise] == ["回复"]
