"""Why an act upon a record cannot be: in words."""

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from crm_core.permissions import Verdict

Refused = dict[str, KnownError]
"""Record id → why it was left as it is."""


def gone(entity: EntitySpec) -> KnownError:
    """What is to be changed is not here."""
    return KnownError(
        f"这条{entity.label.zh}已被删除，或不在本机上，修改没有保存。可以在历史中找回。",
        f"This {entity.label.en.lower()} was deleted or is not on this device; nothing was "
        "saved. It can be brought back from history.",
        code="gone",
    )


def exists(entity: EntitySpec) -> KnownError:
    """What is to be created is here already."""
    return KnownError(
        f"这条{entity.label.zh}已经存在，没有重复新建。",
        f"This {entity.label.en.lower()} exists already; it was not created again.",
        code="exists",
    )


def note(refused: Refused | None, record_id: str, error: KnownError) -> None:
    """Keep why a record was left as it is; raise it where nobody keeps that."""
    if refused is None:
        raise error
    refused[record_id] = error


def insist(verdict: Verdict) -> None:
    """KnownError ("forbidden") where somebody may not."""
    if not verdict.allowed:
        raise KnownError(verdict.chinese, verdict.english, code="forbidden")
