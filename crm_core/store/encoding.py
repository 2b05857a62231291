"""Values as they lie in columns: compact JSON, characters left readable for substring tests."""

import json
from typing import Any


def pack(value: Any) -> str:
    """Compact JSON; lists keep `,` without a space, which `HAS` relies on (see `conditions`)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> Any:
    """The value `pack` was given."""
    return json.loads(text)
