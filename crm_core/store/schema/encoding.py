"""Values as they lie in columns: compact JSON, characters left readable for substring tests."""

from collections.abc import Sequence
from typing import Any

from msgspec import json

_encode = json.Encoder().encode
_encode_lines = json.Encoder().encode_lines
_decode = json.Decoder().decode


def pack(value: Any) -> str:
    """Compact JSON; lists keep `,` without a space, which `HAS` relies on (see `conditions`)."""
    return _encode(value).decode()


def pack_many(values: Sequence[Any]) -> list[str]:
    """`pack` of each: no value has a line break in it once it is JSON."""
    return _encode_lines(values).decode().split("\n")[: len(values)]


def unpack(text: str) -> Any:
    """The value `pack` was given; ValueError where the text is no JSON."""
    return _decode(text)
