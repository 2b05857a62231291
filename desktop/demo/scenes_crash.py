"""Step 6: the server is killed while a laptop is pushing, and started again, several times."""

import random

from crm_core.model.query import Op, Query, Test
from crm_core.model.values import Value
from desktop.demo.cast import REP_A
from desktop.demo.report import Step
from desktop.demo.scene import Story
from desktop.services.commands.verbs import Done, do_create
from desktop.services.workspace import Workspace

ROUNDS = 3
TASKS_A_ROUND = 120
TITLE = "断电测试"
_KINDS = ("customer", "contact", "lead", "opportunity", "visit", "follow_up", "task")


def server_dies(story: Story, step: Step) -> None:
    """Write offline, push, kill; in the end everything is on the server once."""
    desktop, server = story.stage.desktop(REP_A), story.stage.server
    chance = random.Random()
    moments: list[str] = []
    for number in range(ROUNDS):
        desktop.work_offline(True)
        story.run(REP_A, _write_tasks, number)
        desktop.work_offline(False)
        delay = chance.uniform(0.0, 0.9)
        story.session(REP_A).send_now_requested.emit()
        story.stage.pump(int(delay * 1000))
        server.kill()
        left = sum(story.replica(REP_A).waiting_counts().values())
        moments.append(f"{delay * 1000:.0f} ms ({left} unacknowledged)")
        story.stage.pump(100)
        server.start()
    story.settle((REP_A,))
    step.check(f"the server was killed {ROUNDS} times in mid-push", held=True, seen=moments)
    _compare(story, step)


def _write_tasks(workspace: Workspace, number: int) -> Done:
    """Many separate writes, as many separate operations to push; what the last one did."""
    writes = [
        do_create(
            workspace,
            "task",
            {"title": f"{TITLE} {number}-{place:03d}", "kind": "todo", "state": "open"},
        )
        for place in range(TASKS_A_ROUND)
    ]
    return writes[-1]


def _compare(story: Story, step: Step) -> None:
    """A brand-new laptop sees what the server has; it must be what rep A's laptop has."""
    session = story.stage.sign_in(REP_A, laptop="rep-a-new-laptop").session
    assert session is not None
    ours, theirs = story.replica(REP_A), session.workspace.replica
    title = Test("title", Op.CONTAINS, TITLE)
    titles = [str(r["title"]) for r in theirs.find(Query("task", title))]
    step.check(
        "nothing acknowledged is lost",
        held=len(set(titles)) == ROUNDS * TASKS_A_ROUND,
        seen=f"{len(set(titles))} of {ROUNDS * TASKS_A_ROUND} tasks on the server",
    )
    step.check("nothing is doubled", held=len(titles) == len(set(titles)))
    differing = {
        kind: _difference(ours.find(Query(kind)), theirs.find(Query(kind))) for kind in _KINDS
    }
    step.check(
        "a new laptop of the same rep holds exactly the same records",
        held=not any(differing.values()),
        seen={kind: number for kind, number in differing.items() if number} or "",
    )


def _difference(ours: list[dict[str, Value]], theirs: list[dict[str, Value]]) -> int:
    def keyed(rows: list[dict[str, Value]]) -> dict[Value, dict[str, Value]]:
        return {row["id"]: {k: v for k, v in row.items() if k != "rid"} for row in rows}

    left, right = keyed(ours), keyed(theirs)
    return sum(1 for key in left.keys() | right.keys() if left.get(key) != right.get(key))
