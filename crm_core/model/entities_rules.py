"""The entities by which an organisation says how it works: rules, their versions, what they did.

As data only, like `entities`. What a rule's body holds is in `rules.documents` (decision 050).
"""

from crm_core.model.choices_rules import RULE_KIND
from crm_core.model.declaring import (
    SECTIONS,
    choice,
    field,
    long_text,
    moment,
    owner,
    ref,
    text,
)
from crm_core.model.schema import LONGEST, EntitySpec, Kind, Label

RULE = EntitySpec(
    name="rule",
    label=Label("规则", "Rule"),
    fields=(
        text("name", "名称", "Name", required=True, max_length=60),
        text("name_en", "英文名称", "English name", max_length=60),
        choice("kind", "类别", "Kind", RULE_KIND, required=True, indexed=True),
        text("entity", "对象", "Entity", max_length=40),
        # What it says (JSON, see `rules.documents`).
        text("body", "内容", "Body", max_length=60_000),
        field("active", Kind.BOOL, "启用", "Active"),
        field("position", Kind.INTEGER, "次序", "Position"),
        text("remark", "备注", "Remark", max_length=400),
    ),
    title="name",
    subtitle=("kind", "entity"),
    list_fields=("name", "kind", "entity", "active"),
    sections=SECTIONS,
)
"""One rule as it is being written; nothing obeys it before it is part of a version."""

RULE_VERSION = EntitySpec(
    name="rule_version",
    label=Label("规则版本", "Rule version"),
    fields=(
        text("name", "说明", "Note", required=True, max_length=200),
        ref("author", "user", "发布人", "Published by"),
        moment("published_at", "发布时间", "Published", required=True, indexed=True),
        # The whole set (JSON, see `rules.published`; `rules.texts.packing` where that is long).
        text("body", "内容", "Body", required=True, max_length=LONGEST),
        # Empty: in force for everybody.
        ref("trial_team", "team", "试行团队", "On trial with"),
        field("withdrawn", Kind.BOOL, "已撤回", "Withdrawn"),
    ),
    title="name",
    subtitle=("published_at", "author"),
    list_fields=("name", "published_at", "author", "trial_team", "withdrawn"),
    moment="published_at",
    sections=SECTIONS,
)
"""A set of rules that was published; the newest one in force is what every engine obeys."""

FIRING = EntitySpec(
    name="firing",
    label=Label("规则执行", "Rule firing"),
    fields=(
        text("rule", "规则", "Rule", required=True, max_length=60, indexed=True),
        text("rule_name", "规则名称", "Rule name", max_length=60),
        text("version", "规则版本", "Rule version", max_length=60),
        text("about", "对象", "Entity", required=True, max_length=40),
        text("record", "记录", "Record", required=True, max_length=60, indexed=True),
        moment("at", "时间", "When", required=True, indexed=True),
        # Which conditions held, with which values, and what was done (JSON).
        long_text("why", "依据", "Why", max_length=8000),
        owner(),
    ),
    title="rule_name",
    subtitle=("at", "about"),
    list_fields=("at", "rule_name", "about", "owner"),
    owner="owner",
    moment="at",
    sections=SECTIONS,
)
"""That a rule of a version has fired, on which record and why; its id says so only once."""
