"""English counts as people say them: "1 lead", "2 leads". Chinese has no such thing and stays."""

import re

_ONE = {
    "leads": "lead", "records": "record", "values": "value", "facts": "fact", "groups": "group",
    "rows": "row", "contacts": "contact", "times": "time", "customers": "customer", "days": "day",
    "people": "person", "stays": "stay", "visits": "visit", "weeks": "week", "files": "file",
    "hours": "hour", "tasks": "task", "changes": "change", "words": "word", "points": "point",
    "duplicates": "duplicate", "things": "thing",
}  # fmt: skip
_FOUND = rf"(?<![\w.,·−-])1 ((?:[a-z]+ ){{0,2}}?)({'|'.join(_ONE)})\b"


def counted(said: str) -> str:
    """A sentence with every "1 leads" in it put right."""
    if "1 " not in said:
        return said
    return re.sub(_FOUND, lambda found: f"1 {found[1]}{_ONE[found[2]]}", said)


def unit_after(shown: str, unit: str) -> str:
    """The unit as it is said after a figure."""
    return counted(f"{shown} {unit}").removeprefix(f"{shown} ")
