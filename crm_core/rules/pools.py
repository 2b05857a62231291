"""Pools of people who take leads, and who of a pool gets one (rows 2.3 to 2.7, 2.14).

Pure and deterministic: the same people, load and lead give the same owner on a laptop and on the
server. Whole numbers only, and ties go to the smaller id (decision 053).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_core.model.schema import Label
from crm_core.model.values import Record

CAPACITY = 20
"""Open leads without a first follow-up that somebody may hold, where a pool does not say."""
MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who takes leads from a pool."""

    user: str
    weight: int = 1
    """How many leads they take where others take one; 0 rests."""
    capacity: int = 0
    """0: the pool's."""
    regions: tuple[str, ...] = ()
    """Provinces, cities or districts of theirs; none: those of their territory."""
    industries: tuple[str, ...] = ()
    """Codes of `choices.INDUSTRY`."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The body of a rule of the kind `pool`."""

    members: tuple[Member, ...] = ()
    team: str = ""
    """A team whose active people are members as well. Neither: everybody may claim."""
    assigns: bool = True
    """Leads are given to somebody at once; otherwise they wait to be claimed."""
    capacity: int = CAPACITY
    claim_minutes: int = 0
    """How long a lead may wait here to be claimed (row 2.7); 0: as the clock of claiming says."""
    lead: str = ""
    """Who is told of what nobody claims; empty: whom the clock of claiming names."""
    fallback: str = ""
    """The pool that takes what nobody here can; empty: it waits here."""
    rests: bool = False
    """On days off, leads wait to be claimed instead of being given to somebody."""
    region_points: int = 30
    industry_points: int = 20
    history_points: int = 10
    """For each deal already made with the lead's customer, at most five."""


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague as far as routing asks about them."""

    id: str
    name: str
    team: str = ""
    role: str = "rep"
    regions: frozenset[str] = frozenset()
    """The names of their territory and of those below it."""


@dataclass(slots=True)
class Office:
    """Who is there and what they hold, as leads are given out one after the other."""

    people: Mapping[str, Person]
    """Active ones by id."""
    absent: frozenset[str] = frozenset()
    """Away today."""
    load: dict[str, int] = field(default_factory=dict)
    """Open leads without a first follow-up."""
    taken: dict[str, int] = field(default_factory=dict)
    """Leads given to them today."""
    workday: bool = True
    known: bool = True
    """False on a laptop that is not sent everybody's leads: what it says is provisional."""

    def give(self, user: str) -> None:
        """One more for somebody."""
        self.load[user] = self.load.get(user, 0) + 1
        self.taken[user] = self.taken.get(user, 0) + 1


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead with what its customer says beside it."""

    record: Record
    """Where the lead is silent, industry, purchases and place are its customer's."""
    deals: Mapping[str, int] = field(default_factory=dict)
    """By owner, deals made with its customer."""
    refused: frozenset[str] = frozenset()
    """Who must not get it: they have just given it back."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One member as a choice."""

    user: str
    name: str
    points: int
    """Thousandths; more is better."""
    taken: int
    """Leads today by weight, in thousandths; fewer is better."""
    open: int
    capacity: int
    reasons: tuple[Label, ...] = ()
    out: Label | None = None
    """Why not; None: they could."""

    @property
    def order(self) -> tuple[int, int, str]:
        """The best comes first."""
        return (-self.points, self.taken, self.user)


@dataclass(frozen=True, slots=True)
class Tried:
    """A pool that was asked, and what it answered."""

    pool: str
    label: Label
    candidates: tuple[Candidate, ...] = ()
    chosen: str = ""
    waits: Label | None = None
    """Why nobody was chosen."""


def members_of(pool: Pool, office: Office) -> tuple[Member, ...]:
    """Those named, and the active people of the team."""
    named = {one.user: one for one in pool.members[:MOST_MEMBERS]}
    if pool.team:
        for person in office.people.values():
            if person.team == pool.team:
                named.setdefault(person.id, Member(person.id))
    return tuple(named[user] for user in sorted(named))


def may_claim(pool: Pool, user: str, office: Office) -> bool:
    """Whether somebody is of the pool; one without members is everybody's."""
    members = members_of(pool, office)
    return not members or any(one.user == user for one in members)


def leaders_of(pool: Pool, office: Office) -> tuple[str, ...]:
    """Who is told of what nobody claims: the pool's own, or the managers of its people's teams, or
    every manager, or whoever administers."""
    if pool.lead in office.people:
        return (pool.lead,)
    teams = {p.team for m in pool.members if (p := office.people.get(m.user)) and p.team}
    teams |= {pool.team} - {""}
    managers = [p for p in office.people.values() if p.role == "manager"]
    near = [p.id for p in managers if p.team in teams]
    admins = [p.id for p in office.people.values() if p.role == "admin"]
    return tuple(sorted(near or [p.id for p in managers] or admins))


def choose(rule: str, label: Label, pool: Pool, lead: Lead, office: Office) -> Tried:
    """Who of a pool gets a lead, and about everybody else why not."""
    members = members_of(pool, office)
    candidates = tuple(_candidate(one, pool, lead, office) for one in members)
    able = sorted((one for one in candidates if one.out is None), key=lambda one: one.order)
    ordered = (*able, *(one for one in candidates if one.out is not None))
    if not pool.assigns:
        waits = Label("这个池由成员领取，不自动分配", "Members claim from this pool themselves")
    elif pool.rests and not office.workday:
        waits = Label("今天休息，先放在池里待领取", "A day off: it waits to be claimed")
    elif able:
        return Tried(rule, label, ordered, chosen=able[0].user)
    elif members:
        waits = Label("没有人在岗或都已满额", "Everybody is away or holds enough")
    else:
        waits = Label("池里没有成员", "The pool has no members")
    return Tried(rule, label, ordered, waits=waits)


def _candidate(member: Member, pool: Pool, lead: Lead, office: Office) -> Candidate:
    person = office.people.get(member.user)
    capacity = member.capacity or pool.capacity
    held = office.load.get(member.user, 0)
    points, reasons = _points(member, pool, lead, person)
    weight = max(member.weight, 1)
    return Candidate(
        user=member.user,
        name=person.name if person else member.user,
        points=points * 1000 - held * 10_000 // weight,
        taken=office.taken.get(member.user, 0) * 1000 // weight,
        open=held,
        capacity=capacity,
        reasons=reasons,
        out=_out(member, person, lead, office, full=held >= capacity),
    )


_PLACES = ("district", "city", "province")


def _points(
    member: Member, pool: Pool, lead: Lead, person: Person | None
) -> tuple[int, tuple[Label, ...]]:
    """What speaks for somebody."""
    found: list[tuple[int, Label]] = []
    places = frozenset(member.regions) or (person.regions if person else frozenset())
    at = next((v for n in _PLACES if (v := lead.record.get(n)) in places), None) if places else None
    if at is not None:
        found.append((pool.region_points, Label(f"区域「{at}」归他", f"{at} is theirs")))
    if lead.record.get("industry") in member.industries:
        found.append((pool.industry_points, Label("熟悉这个行业", "Knows the industry")))
    deals = min(lead.deals.get(member.user, 0), 5)
    if deals:
        said = Label(f"和这个客户成交过 {deals} 次", f"Made {deals} deal(s) with this customer")
        found.append((pool.history_points * deals, said))
    return sum(points for points, _ in found), tuple(
        Label(f"{said.zh}（+{points}）", f"{said.en} (+{points})") for points, said in found
    )


def _out(
    member: Member, person: Person | None, lead: Lead, office: Office, *, full: bool
) -> Label | None:
    """Why somebody cannot be given it."""
    if person is None:
        return _GONE
    if member.weight <= 0:
        return _RESTS
    if member.user in office.absent:
        return _AWAY
    if member.user in lead.refused:
        return _REFUSED
    return _FULL if full else None


# Made once: a replay asks about everybody of a pool for every lead of a year.
_GONE = Label("已离职或账号已删除", "Has left or is deleted")
_RESTS = Label("权重为 0，暂不接单", "Weight 0: takes none for now")
_AWAY = Label("今天不在岗", "Away today")
_REFUSED = Label("刚退回这条线索", "Has just given it back")
_FULL = Label("未跟进的线索已满额", "Holds as many open leads as they may")
