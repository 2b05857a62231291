"""The wording for a line of the day: one for each kind, filled in, in both languages."""

import json
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from string import Formatter

import pytest

from crm_core.clock import CHINA
from crm_core.model.schema import Label
from desktop.viewmodels.snoozing import Snooze, snooze_moments
from desktop.viewmodels.suggestions import Speaker, Suggestion, occasion, suggestion_for
from desktop.viewmodels.today import Line, Section, Timing
from tests.builders import START

NOW = START.astimezone(CHINA)
ME = Speaker("王敏", "随行")


def a_line(entity: str = "task", kind: str = "promise", *, ahead: float = -1.0) -> Line:
    due = NOW + timedelta(hours=ahead)
    section = Section.OVERDUE if ahead < 0 else Section.TODAY if ahead < 12 else Section.UPCOMING
    if entity == "lead":
        section = Section.LEADS
    return Line(
        section=section, entity=entity, id="1", title="发报价", kind=kind, customer="c",
        about="瑞金医院", due=due, promised=due, hours_left=ahead,
        clock=Timing(Label("首次跟进时限", "First follow-up"), 48, 48 - ahead, False, ahead < 12),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (a_line("lead", "lead", ahead=30), "lead_new"),
        (a_line("lead", "lead", ahead=11.9), "lead_closing"),
        (a_line("lead", "lead", ahead=-0.1), "lead_over"),
        (a_line(), "promise_overdue"),
        (a_line(ahead=3), "promise_due"),
        (a_line(ahead=30), "promise_ahead"),
        (a_line(kind="next"), "next_overdue"),
        (a_line(kind="reminder", ahead=3), "next_due"),
        (replace(a_line("lead", "lead", ahead=30), clock=None), "lead_untimed"),
        (a_line("opportunity", "quote"), "quote_silent"),
        (a_line("opportunity", "deal"), "deal_over"),
        (a_line("contact", "birthday", ahead=0), "birthday_today"),
        (a_line("contact", "birthday", ahead=30), "birthday_ahead"),
    ],
)
def test_each_kind_has_its_words_in_both_languages(line: Line, key: str) -> None:
    assert occasion(line, NOW) == key
    for language in ("zh_CN", "en"):
        said = suggestion_for(line, ME, NOW, language)
        assert said.reason
        assert "王敏" in said.words or "发报价" in said.words
        assert "{" not in said.reason + said.words
    chinese = suggestion_for(line, ME, NOW, "zh_CN").words
    assert any("\u4e00" <= char <= "\u9fff" for char in chinese)


def test_ones_own_to_do_has_no_words_for_others() -> None:
    assert suggestion_for(a_line(kind="todo"), ME, NOW, "zh_CN") == Suggestion()


def test_braces_in_a_title_are_left_alone() -> None:
    line = a_line()
    odd = Line(**{n: getattr(line, n) for n in Line.__dataclass_fields__} | {"title": "{me} {0}"})
    assert "{me} {0}" in suggestion_for(odd, ME, NOW, "en").words


def test_every_placeholder_is_known() -> None:
    known = {"who", "what", "me", "company", "interest", "left", "over", "late", "days", "clock",
             "day", "limit", "spent", "rule"}  # fmt: skip
    source = resources.files("resources").joinpath("wording", "suggestions.json")
    for one in json.loads(source.read_text(encoding="utf-8")).values():
        for text in (*one["reason"].values(), *one["words"].values()):
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= known


def test_snoozing_goes_to_round_moments_and_never_back() -> None:
    morning = snooze_moments(START)
    assert [(m.snooze, f"{m.at:%m-%d %H:%M}") for m in morning] == [
        (Snooze.LATER, "03-02 12:30"),
        (Snooze.TOMORROW, "03-03 09:00"),
        (Snooze.MONDAY, "03-09 09:00"),
    ]
    evening = snooze_moments(START + timedelta(hours=10))
    assert [m.snooze for m in evening] == [Snooze.TOMORROW, Snooze.MONDAY]
    for hour in range(200):
        now = START + timedelta(hours=hour, minutes=7)
        assert all(m.at > now for m in snooze_moments(now))
