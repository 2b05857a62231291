"""The text of a large set, packed: what travels in one field may have 100,000 characters.

A set below that stays as it is, to be read by anybody; what is unpacked is bounded as well.
"""

import base64
import binascii
import zlib

from crm_core.model.schema import LONGEST

MOST = LONGEST
"""Characters of a set as it is published."""
_ROOM = 90_000
"""Beyond this a text is packed."""
_MOST_UNPACKED = 16_000_000
_SIGN = "z1:"


def packed(text: str) -> str:
    """The text as it is published."""
    if len(text) <= _ROOM:
        return text
    return _SIGN + base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def unpacked(text: str) -> str:
    """The text as it was; ValueError where it cannot be, or would be beyond every set."""
    if not text.startswith(_SIGN):
        return text
    try:
        squeezed = base64.b64decode(text.removeprefix(_SIGN), validate=True)
        unfold = zlib.decompressobj()
        found = unfold.decompress(squeezed, _MOST_UNPACKED)
    except (binascii.Error, zlib.error) as error:
        raise ValueError("no packed set") from error
    if not unfold.eof:
        raise ValueError("a packed set is cut off or too large")
    return found.decode()
