"""Compiles `resources/number_places.json` from the library phonenumbers (libphonenumber's data).

Where Chinese mobile numbers and area codes belong is 130,000 prefixes among the library's 20 MB of
Python source; read at run time they would cost seconds and a hundred megabytes. Run this with a
newer release of the library beside it, and commit what it writes:

    pip download --no-deps phonenumbers && python -m installers.number_places WHEEL
"""

import base64
import importlib
import json
import re
import sys
import zlib
from array import array
from pathlib import Path

from crm_core.model.region_names import Region
from crm_core.model.regions import locate

TARGET = Path(__file__).parent.parent / "resources" / "number_places.json"
_TAIL = 10_000
"""A head (138) is followed by four digits that decide."""


def main(wheel: str) -> None:
    """Read the wheel, and write the table."""
    sys.path.insert(0, wheel)
    version = importlib.import_module("phonenumbers").__version__
    places = {
        prefix[2:]: region
        for prefix, names in importlib.import_module("phonenumbers.geodata").GEOCODE_DATA.items()
        if prefix.startswith("86") and (region := locate(names.get("zh", ""))) is not None
    }
    codes = sorted({_code(region) for region in places.values()})
    areas = {prefix: _code(one) for prefix, one in places.items() if not _mobile(prefix)}
    table = {
        "source": f"phonenumbers {version} (libphonenumber, Apache-2.0)",
        "shape": "areas: area code without 0 -> code of `regions`; heads: three digits -> base64 of"
        " zlib of 10,000 16-bit numbers, little-endian: 0 unknown, else 1 + place in `codes`",
        "codes": codes,
        "areas": dict(sorted(areas.items())),
        "heads": _heads({p: codes.index(_code(r)) + 1 for p, r in places.items() if _mobile(p)}),
    }
    TARGET.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _code(region: Region) -> str:
    return (region.city or region.province).code


def _mobile(prefix: str) -> bool:
    return re.match(r"1[3-9]", prefix) is not None


def _heads(mobile: dict[str, int]) -> dict[str, str]:
    """A longer prefix goes before a shorter one."""
    tails: dict[str, array[int]] = {}
    for prefix in sorted(mobile, key=len):
        numbers = tails.setdefault(prefix[:3], array("H", bytes(2 * _TAIL)))
        span = 10 ** (7 - len(prefix))
        first = int(prefix[3:] or "0") * span
        numbers[first : first + span] = array("H", [mobile[prefix]] * span)
    if sys.byteorder == "big":
        for numbers in tails.values():
            numbers.byteswap()
    return {
        head: base64.b64encode(zlib.compress(numbers.tobytes(), 9)).decode()
        for head, numbers in sorted(tails.items())
    }


if __name__ == "__main__":
    main(sys.argv[1])
