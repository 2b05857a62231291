"""What people decided about doubles, as data only, like `entities`."""

from collections.abc import Iterable

from crm_core.model.declaring import SECTIONS, ref, text
from crm_core.model.schema import EntitySpec, Label

DISTINCTION = EntitySpec(
    name="distinction",
    label=Label("并非重复", "Not the same"),
    fields=(
        text("entity", "对象", "Entity", required=True, max_length=40),
        # Ids, the smaller first: whoever does not see the records learns nothing by them.
        text("first", "甲", "One", required=True, max_length=80, indexed=True),
        text("second", "乙", "Other", required=True, max_length=80, indexed=True),
        text("reason", "理由", "Reason", max_length=200),
        ref("author", "user", "判断人", "Decided by"),
    ),
    title="entity",
    list_fields=("entity", "first", "second", "author"),
    sections=SECTIONS,
)
"""Two records that look alike and are not one: never asked about again, on any device."""


def distinction_id(entity: str, pair: Iterable[str]) -> str:
    """The same for everybody who decides it, so that two devices make one record of it."""
    first, second = sorted(pair)
    return f"apart:{entity}:{first}:{second}"
