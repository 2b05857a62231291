"""One journey as facts: the stages it went through, and what happened when. Pure; all in ms.

History may be odd: clocks set wrong, stages moved back, stages nobody defines any more, a laptop
that was never sent it. Every oddity has one meaning here, the same on every device.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.insight.framing import DAY, OPEN, Standards
from crm_core.insight.stage_history import StageHistory

SURVIVAL = 7 * DAY
"""Row 6.8: within so long of its receipt a living lead has had a follow-up."""
REACHED = frozenset({"called", "sent", "visited", "booked", "quoted", "signed"})
"""Follow-ups in which the other side took part or got something; `unreached` is none."""
BRIEFED = frozenset({"sent", "booked", "demo"})
"""What counts as the technical brief of row 6.2."""


@dataclass(frozen=True, slots=True)
class Move:
    """A stage somebody gave a record."""

    at: int
    stage: str
    before: str
    """What stood there."""
    operator: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A stage a record was in, from `entered` until `left` (`OPEN`: it still is)."""

    stage: str
    entered: int
    left: int
    operator: str
    """Who moved it there; "" for whoever created it, or nobody knows."""
    back: bool = False
    """Whether it went to an earlier stage from here."""
    lost: bool = False
    """Whether it was given up from here."""
    standard: int = 0
    """How long it may last, by what was in force when it began; 0: as long as it likes."""

    @property
    def rejected(self) -> bool:
        """Whether it went anywhere but on."""
        return self.back or self.lost


Exempt = tuple[int, int]
"""From when until when no time counts (row 6.10); in order and apart from each other."""


def exempted(stay: Stay, exempt: Sequence[Exempt]) -> tuple[int, int, int]:
    """(how much of a stay the earlier exemptions take, beginning and end of the last of them)."""
    if not exempt:
        return 0, 0, 0
    within = [
        (max(begin, stay.entered), min(end, stay.left))
        for begin, end in exempt
        if begin < stay.left and end > stay.entered
    ]
    if not within:
        return 0, 0, 0
    return sum(end - begin for begin, end in within[:-1]), *within[-1]


def apart(exempt: Sequence[Exempt]) -> list[Exempt]:
    """Exemptions in order, with those that overlap made one."""
    found: list[Exempt] = []
    for begin, end in sorted(exempt):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > begin:
            found.append((begin, end))
    return found


@dataclass(frozen=True, slots=True)
class Touch:
    """A follow-up or a visit."""

    at: int
    action: str
    visit: bool = False
    by_customer: bool | None = None
    """Whether the customer began it; None where nobody said."""

    @property
    def place(self) -> tuple[int, str, bool, int]:
        """In which order touches are taken, those of one moment too."""
        return (
            self.at,
            self.action,
            self.visit,
            -1 if self.by_customer is None else self.by_customer,
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a record itself says about its journey."""

    entity: str
    stage: str
    begun: int
    """When it was received, else made."""
    since: int
    """Since when it says to be in its stage; 0 where it does not."""
    assigned: int
    """When somebody got it, else `begun`."""
    handed: bool = True
    """Whether the record says when."""


def stays(subject: Subject, moves: Sequence[Move], rules: StageHistory) -> tuple[list[Stay], bool]:
    """The stages in order of time, and whether a part of them is guessed.

    Without its history a record is in its stage since it says so, and was nowhere before. Moments
    that go backwards (a laptop whose clock was put right) count as no time at all.
    """
    steps: list[tuple[int, str, str]] = []
    first = moves[0].before if moves else ""
    if first:
        steps.append((subject.begun, first, ""))
    steps += [(move.at, move.stage, move.operator) for move in moves]
    known = bool(moves) and moves[-1].stage == subject.stage
    initial = rules.at(subject.begun).order.get(subject.entity, ("",))[0]
    guessed = not known and (bool(moves) or subject.stage != initial)
    if not known and subject.stage:
        steps.append((subject.since or subject.begun, subject.stage, ""))
    return _linked(subject, steps, rules), guessed


def _linked(
    subject: Subject, steps: Sequence[tuple[int, str, str]], rules: StageHistory
) -> list[Stay]:
    kept: list[tuple[int, str, str]] = []
    latest = 0
    for at, stage, operator in steps:
        latest = max(latest, at)
        if not kept or kept[-1][1] != stage:
            kept.append((latest, stage, operator))
    found: list[Stay] = []
    in_force = [rules.at(entered) for entered, *_ in kept]
    for place, (entered, stage, operator) in enumerate(kept):
        over = stage in in_force[place].ends
        standard = 0 if over else rules.standard(subject.entity, stage, entered)
        if place + 1 == len(kept):
            found.append(Stay(stage, entered, OPEN, operator, standard=standard))
            continue
        left, onward, _ = kept[place + 1]
        back = _is_back(subject.entity, stage, onward, in_force[place + 1])
        lost = onward == "lost" and stage != "won"
        found.append(Stay(stage, entered, left, operator, back, lost, standard))
    return found


def _is_back(entity: str, stage: str, onward: str, then: Standards) -> bool:
    """Whether a move went to a stage that stood earlier when it was made."""
    order = then.order.get(entity, ())
    ended = stage in then.ends or onward in then.ends
    known = stage in order and onward in order
    return known and not ended and order.index(onward) < order.index(stage)


@dataclass(frozen=True, slots=True)
class Journey:
    """The whole of it, as a row of facts. Moments are `OPEN` where there was none, waits None."""

    received: int
    assigned: int
    responded: int
    closed: int
    won: bool
    wait: int | None
    """Assignment to first response; one dated before its assignment counts as at once."""
    visit_wait: int | None
    """Assignment to first visit."""
    silent_since: int
    touches: int
    backs: int
    survived: bool
    cycle: int | None
    """Receipt to signing."""
    handover: int | None
    """Receipt to assignment; None for what nobody has."""
    demo_wait: int | None
    """Row 6.2: from first contact to the proposal or demonstration."""
    brief_wait: int | None
    """Row 6.2: from first contact to the technical brief."""
    effective_wait: int | None
    """Row 6.19: from the first contact to the first that reached somebody."""
    contacted: int
    """The first contact."""
    second_at: int
    """The second that reached somebody (row 6.19)."""
    second_by: bool | None
    """Whether the customer began that one; None where nobody said."""


_DEMO = {"lead": "proposal", "opportunity": "demo"}


def journey(
    subject: Subject, found: Sequence[Stay], touches: Sequence[Touch], *, responded: int,
    ends: frozenset[str], exempt: Sequence[Exempt] = (),
) -> Journey:  # fmt: skip
    """The facts of one journey. `responded`: what the record says, `OPEN` for nothing. Nobody is
    silent while exempt (row 6.10)."""
    ordered = sorted(touches, key=lambda one: one.place)
    second = _second(ordered)
    first = min(responded, ordered[0].at if ordered else OPEN)
    closed, won = _ending(found, ends)
    visit = next((one.at for one in ordered if one.visit), OPEN)
    contact = min(first, _entered(found, "touched" if subject.entity == "lead" else "contact"))
    window = subject.begun + SURVIVAL
    alive = closed > window or won
    heard = (subject.begun, *(one.at for one in ordered), *(end for _, end in exempt))
    return Journey(
        received=subject.begun,
        assigned=subject.assigned,
        responded=first,
        closed=closed,
        won=won,
        wait=_after(subject.assigned, first),
        visit_wait=_after(subject.assigned, visit),
        silent_since=max(heard),
        touches=len(ordered),
        backs=sum(one.back for one in found),
        survived=alive and (first <= window or any(one.at <= window for one in ordered)),
        cycle=_after(subject.begun, closed) if won else None,
        handover=_after(subject.begun, subject.assigned) if subject.handed else None,
        demo_wait=_after(contact, _entered(found, _DEMO.get(subject.entity, ""))),
        brief_wait=_after(contact, _first(ordered, BRIEFED, contact)),
        effective_wait=_after(contact, _first(ordered, REACHED, contact)),
        contacted=contact,
        second_at=second.at,
        second_by=second.by_customer,
    )


def _second(ordered: Sequence[Touch]) -> Touch:
    """The second contact that reached somebody; one at `OPEN` where there is none yet."""
    effective = [one for one in ordered if one.visit or one.action in REACHED]
    return effective[1] if len(effective) > 1 else Touch(OPEN, "")


def _ending(found: Sequence[Stay], ends: frozenset[str]) -> tuple[int, bool]:
    """When it ended, `OPEN` while it runs; whether it was won."""
    if not found or found[-1].stage not in ends:
        return OPEN, False
    return found[-1].entered, found[-1].stage == "won"


def _after(start: int, end: int) -> int | None:
    """How long from one to the other; None while either is open."""
    return None if OPEN in (start, end) else max(0, end - start)


def _entered(found: Sequence[Stay], stage: str) -> int:
    return next((one.entered for one in found if one.stage == stage), OPEN)


def _first(ordered: Sequence[Touch], actions: frozenset[str], since: int) -> int:
    """The first such touch from then on."""
    return next((one.at for one in ordered if one.action in actions and one.at >= since), OPEN)
