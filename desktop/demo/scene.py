"""What the scenes share: the stage, what has been found so far, and everyday moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crm_core.model.query import Condition, Op, Query, Test
from crm_core.model.values import Value
from crm_core.store.replica import Replica
from desktop.demo.stage import Person, Stage
from desktop.services.commands.verbs import Done
from desktop.services.online.sync_status import SyncState
from desktop.viewmodels.session import Session
from desktop.views.main_window import MainWindow


@dataclass(slots=True)
class Story:
    """The state of the story between scenes."""

    stage: Stage
    model: Path | None
    customer_id: str = ""
    visits_before: float = 0.0
    broken: bool = False
    facts: dict[str, str] = field(default_factory=dict)

    def session(self, person: Person) -> Session:
        """This person's session; they must have signed in."""
        session = self.stage.desktop(person).session
        assert session is not None
        return session

    def window(self, person: Person) -> MainWindow:
        """This person's main window."""
        window = self.stage.desktop(person).window
        assert window is not None
        return window

    def replica(self, person: Person) -> Replica:
        """This person's encrypted replica."""
        return self.session(person).workspace.replica

    def customer(self, person: Person) -> Mapping[str, Value]:
        """The story's customer as this laptop has it; empty if it has not."""
        return self.replica(person).record("customer", self.customer_id) or {}

    def run(self, person: Person, command: object, *arguments: object) -> Done:
        """Run a `do_*` verb on this laptop, as its pages do, and wait until it is committed."""
        answers: list[Done] = []
        session = self.session(person)
        session.run(command, *arguments, on_done=answers.append)  # type: ignore[arg-type]
        self.stage.until(lambda: bool(answers), f"{command} on {person.name}'s laptop")
        return answers[0]

    def count(self, person: Person, entity: str, where: Condition) -> int:
        """How many records this laptop has."""
        return self.replica(person).count(Query(entity, where))

    def of_customer(self, person: Person, entity: str) -> list[dict[str, Value]]:
        """The customer's records of one kind on this laptop."""
        return self.replica(person).find(Query(entity, Test("customer", Op.EQ, self.customer_id)))

    def settle(self, people: Sequence[Person]) -> None:
        """Sync until nothing waits on these laptops and all have read equally far.

        What was read equally far before one of them had sent its last change does not count, so
        it must still hold after one more exchange of each.
        """
        for _ in range(2):
            for person in people:
                self.session(person).send_now_requested.emit()
            self.stage.pump(700)
            self.stage.until(
                lambda: self._in_step(people),
                "the laptops to be in step with the server",
                seen_instead=lambda: self._standing(people),
            )

    def _standing(self, people: Sequence[Person]) -> str:
        """How each laptop stands, for the report when they do not come together."""
        loops = {person.name: self.stage.desktop(person).loop for person in people}
        return "; ".join(
            f"{person.name}: cursor {self.replica(person).meta('cursor')}, {loop.status}"
            for person in people
            if (loop := loops[person.name]) is not None
        )

    def _in_step(self, people: Sequence[Person]) -> bool:
        loops = [self.stage.desktop(person).loop for person in people]
        settled = all(
            loop is not None and loop.status.state is SyncState.IDLE and loop.status.waiting == 0
            for loop in loops
        )
        return settled and len({self.replica(p).meta("cursor") for p in people}) == 1
