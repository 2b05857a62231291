"""What a log may say of an error: what kind it was and where it happened, never its message.

Messages of databases and of Python itself quote the value that was wrong: a customer's name, a
phone number. Code is the same for everybody, so file, line and function may be told.
"""

import copy
import logging
import traceback
from types import TracebackType

from crm_core.errors import KnownError

_CAUSE = "\nbecause of\n"


def told(error: BaseException) -> str:
    """The error and what led to it, the first cause first: frames and kinds, no messages."""
    parts, seen, current = list[str](), set[int](), error
    while id(current) not in seen:
        seen.add(id(current))
        frames = "".join(traceback.StackSummary.extract(
            traceback.walk_tb(current.__traceback__), lookup_lines=False
        ).format())  # fmt: skip
        parts.append(f"{frames}{kind_of(current)}")
        before = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
        current = before or current
    return _CAUSE.join(parts)


def kind_of(error: BaseException) -> str:
    """Its class, and the code of a known error."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{name} [{error.code}]" if isinstance(error, KnownError) else name


class DiscreetFormatter(logging.Formatter):
    """Formats as any formatter, but says of exceptions only what `told` says."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; exceptions among its arguments are named by their kind."""
        shown = copy.copy(record)
        shown.exc_text = None  # What another formatter left there quotes the message.
        if isinstance(record.args, tuple):
            shown.args = tuple(
                kind_of(one) if isinstance(one, BaseException) else one for one in record.args
            )
        if isinstance(record.msg, BaseException):
            shown.msg = kind_of(record.msg)
        return super().format(shown)

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """See `told`."""
        return told(ei[1]) if ei[1] is not None else ""


def log_discreetly(level: int) -> None:
    """Send what this process logs to stderr, from `level` on, in this form and no other."""
    handler = logging.StreamHandler()
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    # Addresses of requests name records; their ids say nothing, but there are very many.
    logging.getLogger("httpx").setLevel(logging.WARNING)
