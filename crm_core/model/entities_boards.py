"""The boards that people read numbers on; as data only, like `entities`."""

from crm_core.model.declaring import SECTIONS, ref, text
from crm_core.model.schema import EntitySpec, Label

BOARD = EntitySpec(
    name="board",
    label=Label("看板", "Board"),
    fields=(
        text("name", "名称", "Name", required=True, max_length=60),
        # Which measures in which pictures, in order (JSON, see `insight.boards`).
        text("tiles", "内容", "Tiles", max_length=16_000),
        # By what it is narrowed when it opens for the first time (JSON).
        text("filters", "筛选", "Filters", max_length=2000),
        # The code of a role it is meant for; empty: whoever is in its audience.
        text("role", "适用角色", "For the role", max_length=40),
        # The shipped board it takes the place of; empty: none.
        text("based_on", "取代", "In place of", max_length=40),
        ref("author", "user", "创建人", "Author"),
        # A user's id: theirs alone. A team's: everybody's in it and below. Empty: everybody's.
        ref("audience", "user", "共享给", "Shared with"),
    ),
    title="name",
    list_fields=("name", "role", "author"),
    owner="audience",
    sections=SECTIONS,
)
"""A board somebody put together (row 6.16); it holds no number, only what is asked."""
