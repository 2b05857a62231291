"""How much there is on the laptop that is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Records by kind."""

    customers: int = 230_000
    contacts: int = 60_000
    activities: int = 1_500_000
    leads: int = 5_000
    opportunities: int = 20_000
    bulk: int = 10_000
    """Records of one bulk edit."""

    @property
    def visits(self) -> int:
        """Two fifths of the activities."""
        return self.activities * 2 // 5

    @property
    def follow_ups(self) -> int:
        """Seven twentieths of them."""
        return self.activities * 7 // 20

    @property
    def tasks(self) -> int:
        """What is left."""
        return self.activities - self.visits - self.follow_ups


SMALL = Sizes(2_000, 600, 6_000, 200, 300, 200)
