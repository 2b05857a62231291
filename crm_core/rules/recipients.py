"""Who hears of something: the owner, who leads them, everybody of a role, somebody by name.

Pure: from the records of users and teams. Somebody who has left hears of nothing; what was meant
for them goes to whoever leads, so that nothing is told to nobody.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from crm_core.model.values import Record
from crm_core.permissions import ADMIN

OWNER, LEAD, UPPER, ROLE, USER = "owner", "lead", "upper", "role:", "user:"
"""The owner; who leads their team; who leads above that; all of a role; one person by id."""
_LEADS = "manager"


def understood(whom: str) -> bool:
    """Whether this says who is meant."""
    named = whom.startswith((ROLE, USER)) and len(whom) > len(ROLE)
    return named or whom in (OWNER, LEAD, UPPER)


@dataclass(frozen=True)
class People:
    """Who there is; made once for many questions."""

    users: Sequence[Record]
    teams: Sequence[Record]

    def recipients(self, whom: Collection[str], owner: str | None) -> tuple[str, ...]:
        """The ids of those meant, about a record of `owner`; each once, in the order named."""
        found = [one for word in whom for one in self._meant(word, owner)]
        return tuple(dict.fromkeys(found))

    def _meant(self, whom: str, owner: str | None) -> Iterator[str]:
        if whom.startswith(USER):
            yield from self._or_lead(whom.removeprefix(USER))
        elif whom.startswith(ROLE):
            yield from self._of_role(whom.removeprefix(ROLE))
        elif whom == OWNER:
            yield from self._or_lead(owner)
        elif whom in (LEAD, UPPER):
            yield from self._leads(owner, above=whom == UPPER)

    def knows(self, user: str) -> bool:
        """Whether somebody works here, or did."""
        return user in self._by_id

    def name(self, user: str | None) -> str:
        """What somebody is called."""
        return str(self._by_id.get(str(user), {}).get("name") or "")

    @cached_property
    def _by_id(self) -> Mapping[str, Record]:
        return {str(one["id"]): one for one in self.users}

    @cached_property
    def _parents(self) -> Mapping[str, str]:
        return {str(one["id"]): str(one["parent"]) for one in self.teams if one.get("parent")}

    def _here(self, user: Record | None) -> bool:
        return user is not None and user.get("active") is not False

    def _or_lead(self, user: str | None) -> Iterator[str]:
        if user and self._here(self._by_id.get(user)):
            yield user
        else:
            yield from self._leads(user, above=False)

    def _of_role(self, role: str) -> list[str]:
        found = [str(u["id"]) for u in self.users if u.get("role") == role and self._here(u)]
        return sorted(found) or (self._of_role(ADMIN) if role != ADMIN else [])

    def _leads(self, user: str | None, *, above: bool) -> list[str]:
        """Those who lead the person's team, or the nearest team above that has a leader."""
        me = self._by_id.get(str(user), {})
        team = str(me.get("team") or "")
        seen: set[str] = set()
        skip = above
        while team and team not in seen:
            seen.add(team)
            leaders = self._leaders(team, but=str(user))
            if leaders and not skip:
                return leaders
            skip = skip and not leaders
            team = self._parents.get(team, "")
        if above:
            return []  # Nobody is above them: whoever leads has heard of it.
        return self._of_role(ADMIN if me else _LEADS)

    def _leaders(self, team: str, *, but: str) -> list[str]:
        at = (u for u in self.users if u.get("team") == team and u.get("role") == _LEADS)
        return sorted(str(u["id"]) for u in at if self._here(u) and str(u["id"]) != but)
