"""What is the same for every record while automations are decided: who works here, who is on duty,
what is kept from whom. Read where it is first asked for, and once."""

from functools import cached_property

from crm_core.model.query import Query
from crm_core.rules.duty import ENTITY as DUTY
from crm_core.rules.duty import Roster, roster_of
from crm_core.rules.firing.reasons import Secret, secret_of
from crm_core.rules.firing.sight import Sight
from crm_core.rules.recipients import People
from crm_core.rules.timekeeping.working_time import Calendar

ENTITIES = ("user", "team", "grant", DUTY, "absence")
"""What it rests on: whoever keeps one begins anew when any of these changes."""


class Company:
    """As one state of the records shows it."""

    def __init__(self, sight: Sight, calendar: Calendar) -> None:
        self._sight, self._calendar = sight, calendar

    @cached_property
    def people(self) -> People:
        """Who works here."""
        return people_in(self._sight)

    @cached_property
    def secret(self) -> Secret:
        """What any role is kept from reading."""
        return secret_in(self._sight)

    @cached_property
    def _roster(self) -> Roster:
        lines, absences = (self._sight.find(Query(name)) for name in (DUTY, "absence"))
        return roster_of(lines, self.people.users, absences, self._calendar)

    def roster(self) -> Roster:
        """Who is on duty when."""
        return self._roster


def people_in(sight: Sight) -> People:
    """Who works here."""
    users, teams = (sight.find(Query(name)) for name in ("user", "team"))
    return People(users, teams)


def secret_in(sight: Sight) -> Secret:
    """What any role is kept from reading."""
    return secret_of(sight.find(Query("grant")))
