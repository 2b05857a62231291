"""What made-up customers are made of, from `words.txt`."""

from pathlib import Path


def _read() -> dict[str, tuple[str, ...]]:
    """The words of each section, as often as they are to be drawn."""
    found: dict[str, list[str]] = {}
    section = ""
    text = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            for word in line.split():
                name, _, often = word.partition("*")
                found.setdefault(section, []).extend([name] * int(often or 1))
    return {name: tuple(words) for name, words in found.items()}


_WORDS = _read()
CITIES = _WORDS["cities"]
AREA_CODES = dict(pair.split(":") for pair in _WORDS["area_codes"])
BRAND = _WORDS["brand"]
COMPANY_TRADES, SHOP_TRADES = _WORDS["company_trades"], _WORDS["shop_trades"]
LEGAL_FORMS = _WORDS["legal_forms"]
SURNAMES, GIVEN, TITLES, NOTES = (_WORDS[name] for name in ("surnames", "given", "titles", "notes"))
ROADS, ROAD_KINDS, BUILDINGS = _WORDS["roads"], _WORDS["road_kinds"], _WORDS["buildings"]
COMPANY_DOMAINS = _WORDS["company_domains"]
MOBILE_STARTS = _WORDS["mobile_starts"]
