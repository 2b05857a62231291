"""Which records a timed rule asks for: of dates nothing but at the hour of the day."""

from datetime import datetime, timedelta

from crm_core.clock import CHINA
from crm_core.model.entities import builtin_registry
from crm_core.model.query import matches
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.firing.timing import due_query, occasion
from crm_core.rules.firing.triggers import ready

REGISTRY = builtin_registry()
MINUTE = timedelta(minutes=1)


def asked(entity: str, trigger: Trigger, value: str, now: datetime) -> tuple[bool, bool]:
    """Whether a look of one minute asks at all, and whether it finds a record."""
    body = Automation(trigger, (Action(Do.TASK, title="续约"),))
    rule = ready(Document("r", "automation", Label("r", "r"), entity, body), REGISTRY)
    spec, record = REGISTRY.entity(entity), {"id": "x", trigger.field: value}
    query = due_query(rule, spec, now - MINUTE, now)
    found = query is not None and matches(query.where, record, now)
    assert found == (occasion(rule, spec, record, now - MINUTE, now) is not None)
    return query is not None, found


def test_a_date_is_asked_for_at_its_hour_and_a_birthday_every_year() -> None:
    ends = Trigger(On.MOMENT, field="contract_end", hours=-720)
    nine = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
    assert asked("customer", ends, "2026-04-01", nine) == (True, True)
    assert asked("customer", ends, "2026-04-02", nine) == (True, False)
    assert asked("customer", ends, "2026-04-01", nine + MINUTE) == (False, False)
    born = Trigger(On.MOMENT, field="birthday", yearly=True)
    assert asked("contact", born, "1980-03-02", nine) == (True, True)
    leap = datetime(2026, 2, 28, 9, 0, tzinfo=CHINA)
    assert asked("contact", born, "1980-02-29", leap) == (True, True)
    assert asked("contact", born, "1980-02-29", leap.replace(year=2028)) == (True, False)
    assert asked("contact", born, "1980-02-29", leap.replace(year=2028, day=29)) == (True, True)
