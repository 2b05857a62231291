"""Coordinates out of what people paste: links of maps, geo: addresses, numbers in any usual form.

Nothing is fetched and nothing is converted: maps in China use their own datum, up to a kilometre
beside GPS, and a place keeps the one it was given in (row 3.5). Unknown stays unknown.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
_PAIR = re.compile(rf"({_NUMBER})\s*[,;/\s]\s*({_NUMBER})")
_DMS = re.compile(
    r"(?P<before>[NSEW]|北纬|南纬|东经|西经)?\s*:?\s*(?P<d>\d{1,3}(?:\.\d+)?)\s*[°度]?\s*"
    r"(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*['′’分]\s*)?(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:[\"″”秒]|''|′′)\s*)?"
    r"(?(before)|(?P<after>[NSEW])?)"
)
_SIGNS = {"N": 1, "S": -1, "E": 1, "W": -1, "北纬": 1, "南纬": -1, "东经": 1, "西经": -1}
_NORTHERLY = frozenset({"N", "S", "北纬", "南纬"})
_LONGEST = 2000
_PATH = "/"
"""Where the path of a link stands among what it asks."""
_MAINLAND = (18.0, 54.0, 73.0, 136.0)
_BAIDU_TYPES = {"wgs84": "wgs84", "gcj02": "gcj02", "bd09ll": "bd09"}
_GOOGLE_PIN = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})")
_GOOGLE_VIEW = re.compile(rf"@({_NUMBER}),({_NUMBER})")
_GOOGLE_NAME = re.compile(r"/place/([^/@]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """A point as it was given."""

    latitude: float
    longitude: float
    datum: str | None = None
    """A code of the visit's `datum`; None where nobody said."""
    name: str = ""

    @property
    def written(self) -> str:
        """`31.23042, 121.47373`: five digits are a metre."""
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


def read_place(text: str) -> Place | None:
    """The place a pasted text means; None where there is none in it."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    link = re.search(r"(?:https?://|geo:)\S+", plain, re.IGNORECASE)
    if link is None:
        return _numbers(plain)
    try:
        return _link(link.group())
    except ValueError:  # A port or an IPv6 address that is none.
        return None


def is_short_link(text: str) -> bool:
    """Whether it is a link that says nothing by itself: only a map's server knows the place."""
    return bool(re.search(r"https?://(?:surl\.amap\.com|j\.map\.baidu\.com|maps\.app\.goo\.gl|"
                          r"goo\.gl/maps|map\.qq\.com/l/)", text, re.IGNORECASE))  # fmt: skip


def _link(address: str) -> Place | None:
    if address.lower().startswith("geo:"):
        return _geo(address[4:])
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    for ending, reader in _READERS.items():
        if host == ending or host.endswith("." + ending):
            return reader(asked | {_PATH: parts.path})
    return None


def _geo(rest: str) -> Place | None:
    """RFC 5870, and Android's `?q=lat,lon(name)`."""
    point, _, query = rest.partition("?")
    wanted = parse_qs(query).get("q", [""])[-1]
    labelled = re.fullmatch(rf"({_NUMBER}),({_NUMBER})(?:\((.*)\))?", wanted)
    if labelled:
        return _place(labelled[1], labelled[2], "wgs84", labelled[3] or "")
    found = _PAIR.match(point)
    return _place(found[1], found[2], "wgs84") if found else None


def _amap(asked: Mapping[str, str]) -> Place | None:
    """Longitude comes first, except in `q` and `p`."""
    datum = "wgs84" if asked.get("coordinate") == "wgs84" else "gcj02"
    if "lng" in asked and "lat" in asked:
        return _place(asked["lat"], asked["lng"], datum, asked.get("name", ""))
    for name in ("position", "to", "center"):
        words = asked.get(name, "").split(",")
        if len(words) >= 2:
            label = asked.get("name") or (words[2] if len(words) > 2 else "")
            return _place(words[1], words[0], datum, label)
    for name, first in (("p", 1), ("q", 0)):
        words = asked.get(name, "").split(",")
        if len(words) >= first + 2:
            label = words[first + 2] if len(words) > first + 2 else ""
            return _place(words[first], words[first + 1], datum, label)
    return None


def _baidu(asked: Mapping[str, str]) -> Place | None:
    """Latitude comes first. What stands behind `@` is in metres of a projection: not read."""
    given = asked.get("location") or asked.get("latlng") or asked.get("center") or ""
    label = asked.get("title") or asked.get("name") or ""
    destination = re.search(rf"latlng:({_NUMBER}),({_NUMBER})", asked.get("destination", ""))
    if destination:
        given = f"{destination[1]},{destination[2]}"
    latitude, _, longitude = given.partition(",")
    datum = _BAIDU_TYPES.get(asked.get("coord_type", "bd09ll"))
    return _place(latitude, longitude, datum, label)


def _tencent(asked: Mapping[str, str]) -> Place | None:
    marker = dict(one.split(":", 1) for one in asked.get("marker", "").split(";") if ":" in one)
    given = marker.get("coord") or asked.get("tocoord") or asked.get("coord") or asked.get("center")
    latitude, _, longitude = (given or "").partition(",")
    datum = "wgs84" if asked.get("coord_type") == "1" else "gcj02"
    label = marker.get("title") or asked.get("to") or asked.get("title") or ""
    return _place(latitude, longitude, datum, label)


def _google(asked: Mapping[str, str]) -> Place | None:
    path = unquote(asked[_PATH])
    label = _GOOGLE_NAME.search(asked[_PATH])
    name = unquote_plus(label[1]) if label else ""
    for found in (_GOOGLE_PIN.search(path), _GOOGLE_VIEW.search(path)):
        if found:
            return _foreign(found[1], found[2], name)
    return _asked_pair(asked, ("q", "query", "ll", "destination", "center"))


def _apple(asked: Mapping[str, str]) -> Place | None:
    found = _asked_pair(asked, ("ll", "coordinate", "daddr", "sll", "q"))
    name = asked.get("name") or asked.get("q") or ""
    if found is None or _PAIR.fullmatch(name):
        return found
    return Place(found.latitude, found.longitude, found.datum, name)


def _asked_pair(asked: Mapping[str, str], names: tuple[str, ...]) -> Place | None:
    for name in names:
        found = _PAIR.fullmatch(asked.get(name, "").removeprefix("loc:"))
        if found:
            return _foreign(found[1], found[2], "")
    return None


_READERS: Mapping[str, Callable[[Mapping[str, str]], Place | None]] = {
    "amap.com": _amap,
    "gaode.com": _amap,
    "baidu.com": _baidu,
    "qq.com": _tencent,
    "google.com": _google,
    "google.cn": _google,
    "google.com.hk": _google,
    "apple.com": _apple,
}


def _foreign(latitude: str, longitude: str, name: str) -> Place | None:
    """Google and Apple draw mainland China in GCJ-02 and everything else in WGS-84."""
    found = _place(latitude, longitude, "wgs84", name)
    if found is None:
        return None
    south, north, west, east = _MAINLAND
    inside = south <= found.latitude <= north and west <= found.longitude <= east
    # Near the border nobody can tell from a link; then it is not said.
    return Place(found.latitude, found.longitude, None if inside else "wgs84", found.name)


def _numbers(plain: str) -> Place | None:
    pair = _PAIR.fullmatch(plain.strip("()[] "))
    if pair:
        first, second = float(pair[1]), float(pair[2])
        swapped = abs(first) > 90 or (73 <= first <= 136 and 3 <= second <= 54)
        return _place(*((pair[2], pair[1]) if swapped else (pair[1], pair[2])), None)
    return _degrees(plain)


def _degrees(plain: str) -> Place | None:
    """Degrees with a point of the compass, with minutes and seconds or without."""
    if len(plain) > 80:
        return None
    latitude = longitude = None
    for found in _DMS.finditer(plain.upper()):
        side = found["before"] or found["after"]
        if side is None:
            continue
        value = float(found["d"]) + float(found["m"] or 0) / 60 + float(found["s"] or 0) / 3600
        if side in _NORTHERLY:
            latitude = _SIGNS[side] * value
        else:
            longitude = _SIGNS[side] * value
    if latitude is None or longitude is None:
        return None
    return _place(str(latitude), str(longitude), None)


def _place(latitude: str, longitude: str, datum: str | None, name: str = "") -> Place | None:
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    if not (-90 <= north <= 90 and -180 <= east <= 180) or (north, east) == (0.0, 0.0):
        return None
    return Place(round(north, 7), round(east, 7), datum, " ".join(name.split())[:100])
