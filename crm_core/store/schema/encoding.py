"""Values as they lie in columns: compact JSON, characters left readable for substring tests."""

from typing import Any

from msgspec import json

_encode = json.Encoder().encode
_decode = json.Decoder().decode


def pack(value: Any) -> str:
    """Compact JSON; lists keep `,` without a space, which `HAS` relies on (see `conditions`)."""
    return _encode(value).decode()


def unpack(text: str) -> Any:
    """The value `pack` was given; ValueError where the text is no JSON."""
    return _decode(text)
