"""Where and when a photo was taken, from its EXIF; the picture itself is not decoded. No Qt."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, UnidentifiedImageError

from crm_core.clock import CHINA
from desktop.services.places import Place

_BROKEN = (
    OSError, ValueError, TypeError, KeyError, IndexError, ArithmeticError, SyntaxError,
    struct.error, UnidentifiedImageError, Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow raises for files that are no picture, or whose EXIF is damaged."""


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What the camera noted; both may be unknown."""

    place: Place | None = None
    taken_at: datetime | None = None
    """Aware; a camera that names no zone is taken to stand in China."""


def photo_facts(path: Path) -> PhotoFacts:
    """Nothing known for anything that is no photo, however broken."""
    try:
        with Image.open(path) as picture:
            exif = picture.getexif()
            return PhotoFacts(_place(exif), _taken(exif))
    except _BROKEN:
        return PhotoFacts()


def _place(exif: Image.Exif) -> Place | None:
    try:
        gps: Mapping[int, Any] = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except _BROKEN:
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or (latitude, longitude) == (0, 0):
        return None
    # The standard says WGS-84 unless GPSMapDatum names another; cameras leave it out.
    named = str(gps.get(ExifTags.GPS.GPSMapDatum) or "WGS-84").upper().replace("-", "")
    datum = {"WGS84": "wgs84", "GCJ02": "gcj02"}.get(named.strip("\0 ").replace(" ", ""))
    return Place(round(latitude, 7), round(longitude, 7), datum)


def _degrees(parts: Any, side: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        raise ValueError("no position")
    letter = side.decode("ascii") if isinstance(side, bytes) else str(side)
    return -value if letter.strip("\0 ").upper() == negative else value


def _taken(exif: Image.Exif) -> datetime | None:
    try:
        inner: Mapping[int, Any] = exif.get_ifd(ExifTags.IFD.Exif)
        written = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        zone = str(inner.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
        moment = datetime.strptime(str(written).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        return (
            datetime.fromisoformat(f"{moment.isoformat()}{zone}")
            if zone
            else (moment.replace(tzinfo=CHINA))
        )
    except _BROKEN:
        return None
