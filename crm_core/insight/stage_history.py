"""What the stages were at every moment: their order and standard hours, as they were published.

Pure. A stay is held against the definition in force when it began, and whether a move went back
against the one in force when it was made, so that a later change does not rewrite the past
(decision 077).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.insight.framing import HOUR, OPEN, Standards

ALWAYS = -OPEN
"""Since when the first definition holds: earlier than every moment."""


@dataclass(frozen=True, slots=True)
class StageHistory:
    """Definitions of stages in the order in which they came into force; moments in ms since 1970.

    The first holds since `ALWAYS`; no definition equals the one before it.
    """

    since: tuple[int, ...]
    rules: tuple[Standards, ...]

    def at(self, moment: int) -> Standards:
        """What was in force then."""
        return self.rules[bisect_right(self.since, moment) - 1]

    def standard(self, entity: str, stage: str, moment: int) -> int:
        """Milliseconds a record that entered a stage then may stay; 0 for as long as it likes.

        A stage that was out of use then (a laptop with older rules, an import) keeps to the newest
        definition it had until then, else to the first it got later.
        """
        place = bisect_right(self.since, moment)
        if (hours := self.rules[place - 1].hours.get((entity, stage))) is not None:
            return round(hours * HOUR)  # As nearly always.
        for rules in (*reversed(self.rules[:place]), *self.rules[place:]):
            if (hours := rules.hours.get((entity, stage))) is not None:
                return round(hours * HOUR)
        return 0

    def differs_from(self, other: "StageHistory") -> int | None:
        """From when on the two say otherwise; None where they never do."""
        mine, theirs = self._steps(), other._steps()
        if mine == theirs:
            return None
        same = 0
        while mine[same : same + 1] == theirs[same : same + 1]:
            same += 1
        return min(step[0] for step in (*mine[same : same + 1], *theirs[same : same + 1]))

    def renamed(self, other: "StageHistory", moment: int) -> set[tuple[str, str]]:
        """(entity, stage) that the two define otherwise for who entered before `moment`, from when
        on they differ: stages that nobody had defined by then."""
        stages = {key for one in (*self.rules, *other.rules) for key in one.hours}
        return {
            (entity, stage)
            for entity, stage in stages
            if self.standard(entity, stage, moment - 1) != other.standard(entity, stage, moment - 1)
        }

    def _steps(self) -> list[tuple[int, Standards]]:
        return list(zip(self.since, self.rules, strict=True))


def history_of(shipped: Standards, published: Sequence[tuple[int, Standards]]) -> StageHistory:
    """What shipped, then what was published, in its order; of two at one moment the later counts.
    What says the same as before is no step."""
    since, rules = [ALWAYS], [shipped]
    for at, one in published:
        if at == since[-1] and len(since) > 1:
            since.pop()
            rules.pop()
        if one != rules[-1]:
            since.append(at)
            rules.append(one)
    return StageHistory(tuple(since), tuple(rules))
