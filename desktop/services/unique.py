"""Two records of one: what blocks saving, and who may save all the same (row 5.1).

A whole telephone number or a valid credit code that a record of the same kind has already blocks,
with a link to that record. Whose role may create twins (`Right.TWIN`) may do so with a reason,
which stands in the history.
"""

from collections.abc import Mapping

from crm_core.errors import KnownError
from crm_core.permissions import Right, Verdict
from crm_core.store.indexes.likely import Found, Likely
from desktop.services.commands.verbs import Done, do_create
from desktop.services.lookalikes import likely
from desktop.services.workspace import Workspace


class Doubled(KnownError):
    """There is one already; `other` is the record that blocks."""

    def __init__(self, other: Likely, what_zh: str, what_en: str) -> None:
        by_phone = other.likeness.exact == "phone"
        super().__init__(
            f"已有{what_zh}「{other.title}」{'电话' if by_phone else '统一社会信用代码'}相同，"
            "没有新建。打开那条记录补充即可；确需重复新建，请写明理由或联系主管。",
            f"There is a {what_en} “{other.title}” with the same "
            f"{'phone' if by_phone else 'credit code'} already; nothing was created. Add to that "
            "record, or give a reason for a second one (a manager can).",
            code="doubled",
        )
        self.other = other


def blocker(found: Found, entity: str) -> Likely | None:
    """The record among those found that keeps another of this entity from being created."""
    return next((o for o in found.likely if o.entity == entity and o.likeness.exact), None)


def may_twin(workspace: Workspace, entity: str) -> Verdict:
    """Whether the person may create a second record all the same, with a reason."""
    return workspace.may(Right.TWIN, entity)


def check_unique(
    workspace: Workspace, entity: str, values: Mapping[str, object], *, despite: str = ""
) -> None:
    """Doubled where a record here has this very phone or credit code; not where there is a reason
    (`despite`) and the person may."""
    other = blocker(likely(workspace, entity, values), entity)
    if other is None or (despite.strip() and may_twin(workspace, entity).allowed):
        return
    label = workspace.replica.registry.entity(entity).label
    raise Doubled(other, label.zh, label.en.lower())


def do_create_once(
    workspace: Workspace, entity: str, values: Mapping[str, object], despite: str = ""
) -> Done:
    """`do_create`, unless there is one already (Doubled); `despite` is why there should be two."""
    check_unique(workspace, entity, values, despite=despite)
    return do_create(workspace, entity, values, reason=despite.strip())
