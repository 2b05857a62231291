"""Short ways to declare fields; what they mean is in `schema`."""

from collections.abc import Sequence
from typing import Any

from crm_core.model import choices
from crm_core.model.schema import Choice, FieldSpec, Kind, Label, Merge, Search, Sensitivity

SECTIONS = {
    "basic": Label("基本信息", "Basics"),
    "contact": Label("联系方式", "Contact"),
    "business": Label("业务", "Business"),
    "capture": Label("沟通要点", "What was said"),
    "system": Label("系统", "System"),
    "custom": Label("自定义", "Custom"),
}


def field(name: str, kind: Kind, zh: str, en: str, **more: Any) -> FieldSpec:
    """A field of any kind; `more` are the other settings of a FieldSpec."""
    return FieldSpec(name=name, kind=kind, label=Label(zh, en), **more)


def text(name: str, zh: str, en: str, **more: Any) -> FieldSpec:
    """One line of text."""
    return field(name, Kind.TEXT, zh, en, **more)


def long_text(name: str, zh: str, en: str, **more: Any) -> FieldSpec:
    """Several lines; of two concurrent edits the losing one stays visible."""
    return field(name, Kind.LONG_TEXT, zh, en, merge=Merge.KEEP_LOSER, **more)


def choice(name: str, zh: str, en: str, options: Sequence[Choice], **more: Any) -> FieldSpec:
    """One of `options`."""
    return field(name, Kind.CHOICE, zh, en, choices=tuple(options), **more)


def items(name: str, zh: str, en: str, **more: Any) -> FieldSpec:
    """A set of short texts."""
    return field(name, Kind.SET, zh, en, merge=Merge.SET, max_length=60, **more)


def ref(name: str, target: str, zh: str, en: str, **more: Any) -> FieldSpec:
    """A reference to a record of `target`."""
    return field(name, Kind.REF, zh, en, target=target, indexed=True, **more)


def moment(name: str, zh: str, en: str, **more: Any) -> FieldSpec:
    """A point in time."""
    return field(name, Kind.MOMENT, zh, en, **more)


def personal(name: str, kind: Kind, zh: str, en: str, **more: Any) -> FieldSpec:
    """A field that says something about a person: never in a log."""
    return field(name, kind, zh, en, sensitivity=Sensitivity.PERSONAL, **more)


def phone(zh: str = "电话", en: str = "Phone") -> FieldSpec:
    """A telephone number, found by its digits."""
    return personal("phone", Kind.PHONE, zh, en, search=Search.DIGITS, section="contact")


def whereabouts() -> tuple[FieldSpec, FieldSpec, FieldSpec]:
    """Province, city and district, which narrow each other (row 1.9; `model.whereabouts`)."""
    return (
        text("province", "省份", "Province", section="contact", max_length=40),
        text("city", "城市", "City", section="contact"),
        text("district", "区县", "District", section="contact", max_length=60),
    )


def consent() -> tuple[FieldSpec, FieldSpec]:
    """Whether the person agrees to being kept here, and since when (PIPL articles 13 to 15)."""
    return (
        choice("consent", "个人信息同意", "Consent", choices.CONSENT, section="system"),
        field("consent_on", Kind.DATE, "同意日期", "Consent since", section="system"),
    )


def snoozed() -> FieldSpec:
    """Until when it is put off; what is due stays due, and nobody's figures look better for it."""
    return moment("snoozed_until", "稍后提醒", "Snoozed until", section="system")


def place() -> tuple[FieldSpec, FieldSpec, FieldSpec]:
    """Where it was, in the coordinates it was given in: nothing is converted silently (row 3.5)."""
    return (
        personal("latitude", Kind.DECIMAL, "纬度", "Latitude", minimum=-90, maximum=90),
        personal("longitude", Kind.DECIMAL, "经度", "Longitude", minimum=-180, maximum=180),
        choice("datum", "坐标系", "Datum", choices.DATUM),
    )


def said() -> tuple[FieldSpec, ...]:
    """What came up in a talk, and how it was taken down: the same for a visit and for a call."""
    here = {"section": "capture"}
    return (
        personal(
            "summary", Kind.LONG_TEXT, "纪要", "Summary", merge=Merge.KEEP_LOSER,
            search=Search.TEXT, **here,
        ),
        items("products", "意向产品", "Products", **here),
        field("budget_min", Kind.MONEY, "预算下限", "Budget from", minimum=0, **here),
        field("budget_max", Kind.MONEY, "预算上限", "Budget to", minimum=0, **here),
        items("concerns", "关注点", "Concerns", **here),
        items("objections", "异议", "Objections", choices=choices.OBJECTION, **here),
        items("competitors", "竞品", "Competitors", **here),
        choice("sentiment", "态度", "Sentiment", choices.SENTIMENT, **here),
        # Which words were used, and under which number the call is kept elsewhere (row 6.6).
        text("script_pack", "话术包编号", "Script pack no.", max_length=40, **here),
        text("recording_no", "录音编号", "Recording no.", max_length=40, **here),
        choice("captured_by", "录入方式", "Captured by", choices.CAPTURE, section="system"),
        personal(
            "transcript", Kind.LONG_TEXT, "语音原文", "Transcript", section="system",
            editable=False,
        ),
    )  # fmt: skip


def owner(zh: str = "负责人", en: str = "Owner") -> FieldSpec:
    """Whose record it is."""
    return ref("owner", "user", zh, en, section="system")


def name(zh: str = "名称", en: str = "Name") -> FieldSpec:
    """The name of a person or company, found by characters and pinyin."""
    return personal("name", Kind.TEXT, zh, en, required=True, search=Search.NAME, indexed=True)
