"""What pictures are given: values ready to be drawn, read out and opened. No Qt here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """One value that can be pointed at and opened."""

    label: str
    """Whose or what it is."""
    value: float | None
    """Its length or depth; None: there is no data."""
    shown: str
    """As it is read, with its unit where that is not plain."""
    red: bool = False
    told: str = ""
    """Everything about it in words, for the pointer, the keyboard and a screen reader."""
    before: float | None = None
    """The same in the period before."""
    mine: bool = False
    """Whether it is about the person who looks."""
    step: str = ""
    """What to do about it, where it is red; else who is first among what is counted, if that is
    said."""
    unfinished: bool = False
    """Whether its stretch of time is not over yet, so that more may come."""

    @property
    def spoken(self) -> str:
        """What is said where there is nothing to see."""
        return self.told or f"{self.label} {self.shown}"

    @property
    def advised(self) -> str:
        """All of that, with what to do."""
        return f"{self.spoken}\n{self.step}" if self.step else self.spoken


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of those of a step on the way to the next."""

    kept: str
    """The share that arrived, as it is read."""
    lost: str
    worst: bool = False
    """Whether nowhere a greater share is lost."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Where the values of one group lie, in the unit of the measure."""

    median: float
    p90: float
    mean: float


@dataclass(frozen=True, slots=True)
class Leg:
    """One stay in a node of a journey."""

    begins: float
    """Hours after the journey began."""
    hours: float
    who: str
    standard: float | None = None
    """Hours a stay here should not exceed."""
    back: bool = False
    """Whether it went back to here from a later node."""
    open: bool = False
    """Whether it is still there."""


Band = tuple[float, float] | None
"""(least, greatest) of a point of a trend."""
