"""Why an act upon a record cannot be: in words."""

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec


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
