"""What a check says: one finding, in both languages."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    ADVICE = "advice"
    """Works, and could be better; no reason to fail."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    """Stable, for machines: "folder", "certificate"…"""
    level: Level
    chinese: str
    english: str


def good(check: str, chinese: str, english: str) -> Finding:
    """It is as it should be."""
    return Finding(check, Level.GOOD, chinese, english)


def advice(check: str, chinese: str, english: str) -> Finding:
    """It could be better."""
    return Finding(check, Level.ADVICE, chinese, english)


def bad(check: str, chinese: str, english: str) -> Finding:
    """It is wrong."""
    return Finding(check, Level.BAD, chinese, english)
