"""The brief on paper: one page, Chinese in embedded fonts, and no name is ever markup."""

import pypdfium2
import pytest
import typst

from crm_core.errors import KnownError
from crm_core.insight.brief import Brief, Conclusion, Figure
from crm_core.model.schema import Label
from crm_core.store.reports.brief_paper import brief_pdf, fonts_here

HOSTILE = '#strong[赵] $x$ *b* "q" \\ @a'
LONG = "很长的一句结论，" * 60


def conclusion(number: int, *, text: str = "33 条超时（17%）。") -> Conclusion:
    """One with everything a page may have."""
    figures = tuple(
        Figure(Label(HOSTILE, HOSTILE), n / 5, Label("7.2 小时 · 2 条", "7.2 h · 2"), tone="bad")
        for n in range(6)
    )
    return Conclusion(
        f"k{number}", "bad", Label("各阶段超时未触达", "Overdue"), Label(text, "33 overdue."),
        Label("升 2 个百分点", "Up 2 points"), Label(f"请{HOSTILE}跟进", "“Call”"), figures,
        cases=("t1",),
    )  # fmt: skip


def brief(*conclusions: Conclusion) -> Brief:
    """For a person whose very name is hostile."""
    return Brief("2026-03-02", "2026-03-02T02:00:00Z", "u", HOSTILE, conclusions)


def bare(text: str) -> str:
    """Without spaces."""
    return "".join(text.split())


def words(content: bytes) -> tuple[int, str]:
    """(pages, text of the first without its spaces: typesetting adds some)."""
    document = pypdfium2.PdfDocument(content)
    try:
        text = document[0].get_textpage().get_text_bounded()
        return len(document), "".join(text.split())
    finally:
        document.close()


@pytest.fixture(autouse=True)
def _fonts() -> None:
    try:
        fonts_here()
    except KnownError as error:
        pytest.skip(error.english)


def test_one_page_says_everything_as_it_is() -> None:
    given = brief(*(conclusion(n) for n in range(4)))
    made = brief_pdf(given, "zh_CN", told=lambda task: f"{task} {HOSTILE}")
    pages, text = words(made)
    assert pages == 1
    assert "每日简报" in text
    assert "各阶段超时未触达" in text
    assert bare(f"请{HOSTILE}跟进") in text, "markup in data is text"
    assert bare(f"t1{HOSTILE}") in text
    assert "2026年3月2日" in text
    assert "截至10:00" in text
    assert b"/FontFile" in made, "the font travels with the file"
    assert made == brief_pdf(given, "zh_CN", told=lambda task: f"{task} {HOSTILE}")
    _, english = words(brief_pdf(given, "en"))
    assert "Monday,2March2026" in english
    assert '"Call"' in english


def test_what_is_too_long_is_set_smaller_and_stays_on_the_page() -> None:
    pages, text = words(brief_pdf(brief(*(conclusion(n, text=LONG) for n in range(4))), "zh_CN"))
    assert pages == 1
    assert text.count("很长的一句结论") >= 200


def test_a_machine_without_chinese_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare:
        def families(self) -> list[str]:
            return ["DejaVu Sans"]

    monkeypatch.setattr(typst, "Fonts", Bare)
    fonts_here.cache_clear()
    try:
        with pytest.raises(KnownError, match="fonts-noto-cjk") as told:
            brief_pdf(brief(), "zh_CN")
    finally:
        fonts_here.cache_clear()
    assert told.value.code == "no_font"
    assert "Supplemental Fonts" in told.value.english
