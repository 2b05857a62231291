"""The customer everyone meets in the demo, told from a script instead of by chance."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType

from crm_core.clock import iso_moment
from crm_core.model.entities import builtin_registry
from crm_core.model.schema import Kind
from crm_core.model.values import Value, normalise
from sync_server.services.sample.office_hours import at_china, china_date, workday_before
from sync_server.services.sample.people import Rep
from sync_server.services.sample.scene import Scene
from sync_server.services.sample.words import Words

_NOTHING: Mapping[str, Value] = MappingProxyType({})

_TIMES = {
    "created": time(9, 5),
    "contacts": time(9, 20),
    "opportunity": time(11, 10),
    "edits": time(16, 20),
    "visits": time(10, 0),
    "follow_ups": time(15, 30),
    "tasks": time(11, 30),
}
"""When on its day each kind of entry happens, so that what it points at is there before it."""


def tell_demo(scene: Scene, script: Words) -> None:
    """Write the demo customer with its contacts, deal, visits, calls, tasks and corrections."""
    _Teller(scene, script).run()


class _Teller:
    """Turns the script's "days ago" into the writes of one rep."""

    def __init__(self, scene: Scene, script: Words) -> None:
        self._scene, self._script = scene, script
        login = script.text("owner")
        self._rep: Rep = next(rep for rep in scene.staff.reps if rep.login == login)
        self._ids: dict[str, str] = {}
        self._registry = builtin_registry()

    def run(self) -> None:
        """Tell everything."""
        script, start = self._script, self._script.number("created_days_ago")
        self._note("customer", self._moment("created", start), "customer", script.part("customer"))
        for contact in script.parts("contacts"):
            at = self._moment("contacts", start)
            known: dict[str, Value] = {"customer": self._ids["customer"]}
            self._note(contact.text("key"), at, "contact", contact, known)
        self._opportunity(script.part("opportunity"))
        for visit in script.parts("visits"):
            self._visit(visit)
        for call in script.parts("follow_ups"):
            at = self._moment("follow_ups", call.number("days_ago"))
            values = self._links(call) | {"happened_at": iso_moment(at)}
            self._create(at, "follow_up", call, values)
        for task in script.parts("tasks"):
            self._task(task)
        for edit in script.parts("edits"):
            self._edit(edit)

    def _opportunity(self, words: Words) -> None:
        close = china_date(self._scene.now) + timedelta(days=words.number("close_in_days"))
        values: dict[str, Value] = {
            "customer": self._ids["customer"],
            "close_on": close.isoformat(),
        }
        at = self._moment("opportunity", words.number("days_ago"))
        self._note("opportunity", at, "opportunity", words, values)

    def _visit(self, words: Words) -> None:
        started = self._moment("visits", words.number("days_ago"))
        ended = started + timedelta(minutes=45)
        values: dict[str, Value] = {
            "started_at": iso_moment(started),
            "ended_at": iso_moment(ended),
            "place": self._script.part("customer").text("address"),
        }
        self._create(ended + timedelta(minutes=3), "visit", words, self._links(words) | values)

    def _task(self, words: Words) -> None:
        at = self._moment("tasks", words.number("days_ago"))
        due_on = china_date(self._scene.now) + timedelta(days=words.number("due_in_days"))
        due = at_china(due_on, time.fromisoformat(words.text("due_at")))
        values: dict[str, Value] = {
            "customer": self._ids["customer"],
            "state": "open",
            "due_at": iso_moment(due),
        }
        task = self._create(at, "task", words, values)
        if done_days_ago := words.number("done_days_ago"):
            done = self._moment("edits", done_days_ago)
            finished: dict[str, Value] = {"state": "done", "done_at": iso_moment(done)}
            self._scene.book.set(done, self._rep.id, "task", task, finished)

    def _edit(self, words: Words) -> None:
        what = words.text("what")
        entity = what if what in ("customer", "opportunity") else "contact"
        at = self._moment("edits", words.number("days_ago"))
        values = self._written(entity, words.part("values"))
        self._scene.book.set(at, self._rep.id, entity, self._ids[what], values)

    def _links(self, words: Words) -> dict[str, Value]:
        return {"customer": self._ids["customer"], "contact": self._ids[words.text("contact")]}

    def _note(
        self,
        key: str,
        at: datetime,
        entity: str,
        words: Words,
        values: Mapping[str, Value] = _NOTHING,
    ) -> None:
        self._ids[key] = self._create(at, entity, words, values)

    def _create(self, at: datetime, entity: str, words: Words, values: Mapping[str, Value]) -> str:
        record = {**self._written(entity, words), **values, "owner": self._rep.id}
        return self._scene.book.create(at, self._rep.id, entity, record)

    def _written(self, entity: str, words: Words) -> dict[str, Value]:
        """The script's values that are fields of the entity, references aside."""
        spec = self._registry.entity(entity)
        known = [spec.find(name) for name in words.data]
        return {
            f.name: normalise(f, words.data[f.name])
            for f in known
            if f is not None and f.kind is not Kind.REF and f.name not in ("due_at",)
        }

    def _moment(self, what: str, days_ago: int) -> datetime:
        """That many days ago, or on the Friday before where it was a weekend."""
        day = workday_before(china_date(self._scene.now) - timedelta(days=days_ago))
        return at_china(day, _TIMES[what])
