"""The brief on paper: one A4 page as PDF, set by typst with the machine's own Chinese font.

The template is a resource, what it prints travels as JSON beside it: no name can be markup. The
fonts used are embedded as subsets. The same brief gives the same bytes.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import typst

from crm_core.clock import CHINA, parse_moment
from crm_core.errors import KnownError
from crm_core.insight.brief import Brief, Conclusion

TEMPLATE = Path(__file__).parents[3] / "resources" / "briefs" / "brief.typ"
CHINESE_FONTS = (
    "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "HarmonyOS Sans SC",
    "Source Han Sans SC", "Source Han Sans CN", "Noto Sans CJK SC", "Noto Sans SC",
    "Hiragino Sans GB", "Heiti SC", "STHeiti", "MiSans", "Alibaba PuHuiTi", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Droid Sans Fallback", "SimHei", "DengXian", "Songti SC",
    "Noto Serif CJK SC", "Source Han Serif SC", "SimSun",
)  # fmt: skip
"""What Windows, macOS and Linux call theirs, the best first."""
_MARKS = "①②③④⑤"
_MOST_NAME = 26
_STRAIGHT = {ord("“"): r"\"", ord("”"): r"\"", ord("‘"): "'", ord("’"): "'"}
"""Chinese fonts draw curved quotation marks as wide as a character."""

Told = Callable[[str], str]
"""The words of a task, by its id, as far as whoever reads the paper may read them."""


@lru_cache(maxsize=1)
def fonts_here() -> tuple[str, ...]:
    """The Chinese fonts of this machine, the best first. KnownError: "no_font"."""
    present = set(typst.Fonts().families())
    found = tuple(name for name in CHINESE_FONTS if name in present)
    if not found:
        raise KnownError(
            "这台电脑没有中文字体，简报不能排成 PDF；在程序里仍然可以看。请安装一个：Linux 装 "
            "fonts-noto-cjk，Windows 在“可选功能”里装“中文（简体）补充字体”，macOS 自带。",
            "This machine has no Chinese font, so the brief cannot become a PDF; it can still be "
            "read in the program. Install one: fonts-noto-cjk on Linux, “Chinese (Simplified) "
            "Supplemental Fonts” among Windows' optional features; macOS has its own.",
            code="no_font",
        )
    return found


def brief_pdf(
    brief: Brief, language: str, *, told: Told = lambda _task: "", fonts: Sequence[str] = ()
) -> bytes:
    """The page. KnownError: "no_font", "not_printed"."""
    data = json.dumps(_page(brief, language, told, fonts or fonts_here()), ensure_ascii=False)
    if not language.startswith("zh"):
        data = data.translate(_STRAIGHT)
    try:
        made = typst.compile(
            TEMPLATE, root=TEMPLATE.parent, format="pdf", sys_inputs={"data": data},
            timestamp=int(parse_moment(brief.as_of).timestamp()),
        )  # fmt: skip
    except typst.TypstError as error:
        raise KnownError(
            "简报没能排成 PDF。内容没有丢，可以在程序里看。",
            "The brief could not be set as PDF. Nothing is lost: read it in the program.",
            code="not_printed",
        ) from error
    assert isinstance(made, bytes)
    return made


def _page(brief: Brief, language: str, told: Told, fonts: Sequence[str]) -> Mapping[str, object]:
    zh = language.startswith("zh")
    moment = parse_moment(brief.as_of).astimezone(CHINA)
    at, name = moment.strftime("%H:%M"), _cut(brief.viewer_name)
    about = f"{name} · 截至 {at}" if zh else f"{name} · as of {at}"
    return {
        "title": "每日简报" if zh else "Daily brief",
        "author": "随行" if zh else "Suixing",
        "product": "随行 Suixing" if zh else "Suixing 随行",
        "day": _day(brief.day, zh),
        "about": about.removeprefix(" · "),
        "footer": (
            "只列结论；每句话背后的记录在随行“简报”里打开。范围：您能看到的记录。"
            if zh
            else "Conclusions only; the records behind each open in Suixing. Of what you may see."
        ),
        "advice": "建议" if zh else "Next step",
        "lang": "zh" if zh else "en",
        "region": "cn" if zh else "us",
        "fonts": list(fonts),
        "conclusions": [
            _card(one, number, language, told) for number, one in enumerate(brief.conclusions)
        ],
    }


def _card(one: Conclusion, number: int, language: str, told: Told) -> Mapping[str, object]:
    return {
        "mark": _MARKS[min(number, len(_MARKS) - 1)],
        "tone": one.tone,
        "title": one.title.text(language),
        "text": one.text.text(language),
        "change": one.change.text(language),
        "advice": one.advice.text(language),
        "cases": [words for task in one.cases if (words := _cut(told(task), 60))],
        "figures": [
            {
                "label": _cut(figure.label.text(language)),
                "share": figure.share,
                "shown": figure.shown.text(language),
                "tone": figure.tone,
                "own": figure.own,
            }
            for figure in one.figures
        ],
    }


def _day(day: str, zh: bool) -> str:
    found = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    if zh:
        weekday = "一二三四五六日"[found.weekday()]
        return f"{found.year} 年 {found.month} 月 {found.day} 日　星期{weekday}"
    return f"{found:%A}, {found.day} {found:%B} {found.year}"


def _cut(text: str, most: int = _MOST_NAME) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= most else f"{clean[: most - 1]}…"
