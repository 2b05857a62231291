"""What was compared: verdicts by kind of rule, those that agree, what the laptop could not know."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from benchmarks.sync.figures import Figure

KINDS = (
    "automation", "timed automation", "clock", "clock told", "score", "route", "pool",
    "stage gate", "stage move", "required field", "approval", "limit", "record written",
)  # fmt: skip
"""A proof in which one of these was not compared proves nothing of it."""
_MOST_SHOWN = 5


@dataclass(slots=True)
class Tally:
    """Counts, and the first differences of each kind in words."""

    equal: Counter[str] = field(default_factory=Counter)
    unequal: Counter[str] = field(default_factory=Counter)
    provisional: Counter[str] = field(default_factory=Counter)
    """Said to be so by the laptop, whether or not the server came to the same."""
    provisional_equal: Counter[str] = field(default_factory=Counter)
    rules: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By kind, the rules that had anything to say."""
    positive: Counter[str] = field(default_factory=Counter)
    """Verdicts that say something: fired, running, refused."""
    shown: list[str] = field(default_factory=list)

    def compare(
        self, kind: str, about: str, here: Hashable, there: Hashable, *, rule: str = "",
        provisional: bool = False,
    ) -> None:  # fmt: skip
        """One verdict of the laptop beside that of the server; a falsy one says nothing."""
        said = bool(here or there)
        self.positive[kind] += said
        if rule and said:
            self.rules[kind].add(rule)
        if provisional:
            self.provisional[kind] += 1
            self.provisional_equal[kind] += here == there
        elif here == there:
            self.equal[kind] += 1
        else:
            self.unequal[kind] += 1
            if self.unequal[kind] <= _MOST_SHOWN:
                self.shown.append(f"{kind} {rule} {about}\n  laptop {here}\n  server {there}")

    def add(self, other: "Tally") -> None:
        """What was compared elsewhere."""
        for mine, theirs in (
            (self.equal, other.equal), (self.unequal, other.unequal),
            (self.provisional, other.provisional), (self.positive, other.positive),
            (self.provisional_equal, other.provisional_equal),
        ):  # fmt: skip
            mine.update(theirs)
        for kind, rules in other.rules.items():
            self.rules[kind] |= rules
        self.shown += other.shown

    def figures(self) -> Iterator[Figure]:
        """One line a kind, then all of it; a kind of which nothing was compared that says
        anything is over its target."""
        for kind in KINDS:
            total = self.equal[kind] + self.unequal[kind]
            share = 100 * self.equal[kind] / total if total and self.positive[kind] else 0.0
            note = (
                f"{total:,} verdicts, {self.positive[kind]:,} say something, "
                f"{len(self.rules[kind])} rules"
            )
            if self.provisional[kind]:
                same = self.provisional_equal[kind]
                note += f"; provisional {self.provisional[kind]:,} ({same:,} the same)"
            yield Figure(f"{kind}: not the same", 100 - share, "%", target=0.0, note=note)
        total = sum(self.equal.values()) + sum(self.unequal.values())
        wrong = sum(self.unequal.values())
        yield Figure("all verdicts: not the same", wrong, "", target=0, note=f"of {total:,}")
