"""Whether what was sent to somebody is what they had been looking at (row 6.2)."""

from collections.abc import Iterable

_LEAST = 2
"""Letters below which a name matches everything."""


def fits(title: str, browsed: Iterable[str]) -> bool | None:
    """Whether something that was looked at names what was sent, or the other way round; None where
    nothing is known to have been looked at."""
    sent = title.strip().casefold()
    seen = [one for said in browsed if len(one := said.strip().casefold()) >= _LEAST]
    if not seen or len(sent) < _LEAST:
        return None
    return any(one in sent or sent in one for one in seen)
