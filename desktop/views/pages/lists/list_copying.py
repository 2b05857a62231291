"""Copying several records out of a list takes them out: it needs the right to export."""

from collections.abc import Callable

from crm_core.errors import KnownError
from crm_core.permissions import Right
from desktop.viewmodels.session import Session


def copying_allowed(session: Session, entity: str) -> Callable[[], bool]:
    """Asked before several rows are copied; says why where it may not be (row 5.6)."""

    def allowed() -> bool:
        verdict = session.workspace.may(Right.EXPORT, entity)
        if not verdict.allowed:
            session.failed.emit(
                KnownError(
                    "您的角色不能导出数据，因此不能一次复制多条记录；可以复制单条。",
                    "Your role may not export, so only one record can be copied at a time.",
                    code="forbidden",
                )
            )
        return verdict.allowed

    return allowed
