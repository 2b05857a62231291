"""The number to ring for a line of the day, as it is dialled: without spaces. Reads only."""

from crm_core.errors import KnownError
from desktop.services.workspace import Workspace
from desktop.viewmodels.today import Line

_DIALLED = frozenset("0123456789+")


def number_for(workspace: Workspace, line: Line) -> str:
    """Meant for the database thread. KnownError: "no_number", "masked"."""
    held = _held(workspace, line)
    if "*" in held:
        raise KnownError(
            "您的角色看不到完整号码，没有复制。请联系负责人或管理员。",
            "Your role does not see the whole number, so nothing was copied. Ask the owner or an "
            "administrator.",
            code="masked",
        )
    number = "".join(char for char in held if char in _DIALLED)
    if not number:
        raise KnownError(
            "没有登记电话。按 O 打开，可以补上。",
            "No telephone number is known. Press O to open the record and add one.",
            code="no_number",
        )
    return number


def _held(workspace: Workspace, line: Line) -> str:
    """The line's own number, else its lead's, else its customer's."""
    own = workspace.replica.record(line.entity, line.id) or {}
    places = [("lead", str(own.get("lead") or "")), ("customer", line.customer)]
    numbers = [own.get("phone")]
    for entity, record_id in places:
        if record_id and not any(numbers):
            found = workspace.replica.record(entity, record_id) or {}
            numbers.append(found.get("phone"))
    return next((str(number) for number in numbers if number), "")
