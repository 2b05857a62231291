"""How much is measured: the sizes the issue names, or less for a try."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """What one run of the table moves about."""

    records: int = 100_000
    edits: int = 20_000
    clients: int = 8
    conflicts: int = 2_000
    """Edits of each client, all of the same field of the same records."""
    repeats: int = 3
