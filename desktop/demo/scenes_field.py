"""The scenes in the field: two reps without a network, then both with one again."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crm_core.clock import CHINA
from crm_core.model.values import Value
from crm_core.sync.history import Version
from desktop.demo.cast import ADDRESS_A, ADDRESS_B, CAST, CUSTOMER, MANAGER, REP_A, REP_B, SPOKEN
from desktop.demo.report import Step
from desktop.demo.scene import Story
from desktop.demo.stage import Person
from desktop.services.commands.verbs import do_change
from desktop.services.online.sync_status import SyncState
from desktop.viewmodels.visits.visit_cards import Field
from desktop.views.language import catalogue

RECORDING: Path = catalogue("").parent / "demo" / "note.wav"

SEARCHES = (("林美玲", "characters"), ("lml", "pinyin initials"), ("4826", "last four digits"))


def rep_a_offline(story: Story, step: Step) -> None:
    """Step 2: find the customer three ways, dictate a note, confirm by keyboard."""
    story.stage.server.stop()
    _goes_offline(story, REP_A, step)
    for typed, how in SEARCHES:
        found = _find(story, REP_A, typed)
        step.check(f"found by {how}", held=CUSTOMER["name"] in found, seen=f"{typed} → {found[:3]}")
    window = story.window(REP_A)
    _find(story, REP_A, "lml")
    step.pictures.append(story.stage.picture(window.shell, "2-search"))
    story.session(REP_A).open_requested.emit("customer", story.customer_id)
    story.stage.until(
        lambda: window.shell.current_page() == "record:customer", "the customer's page"
    )
    story.stage.press(window.shell.palette_host.line, Qt.Key.Key_Escape)
    story.stage.press(
        window.shell, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.ShiftModifier,
    )  # fmt: skip
    _dictate(story, step)
    _check_the_visit(story, step)
    story.run(REP_A, do_change, "customer", story.customer_id, {"address": ADDRESS_A})
    story.stage.until(
        lambda: window.customer.value_of("address") == ADDRESS_A, "the page to show the address"
    )
    step.pictures.append(story.stage.picture(window.shell, "2-customer"))
    waiting = story.replica(REP_A).waiting_counts()
    step.check("all of it waits to be sent", held=sum(waiting.values()) > 0, seen=waiting)


def _goes_offline(story: Story, person: Person, step: Step) -> None:
    story.session(person).send_now_requested.emit()
    story.stage.until(
        lambda: story.session(person).status.state is SyncState.OFFLINE,
        f"{person.name}'s laptop to notice that the server is away",
    )
    step.check(f"{person.name} is offline", held=not story.stage.server.running)


def _find(story: Story, person: Person, typed: str) -> list[str]:
    """Open the palette and type; the titles it shows."""
    shell = story.window(person).shell
    palette = shell.palette_host
    palette.open_palette()
    story.stage.type_text(palette.line, typed)
    story.stage.until(
        lambda: palette.current() is not None, f"an answer to {typed!r} in the palette"
    )
    story.stage.pump(200)
    hits = story.session(person).workspace.search(typed, limit=8)
    shown = palette.current()
    return [shown.title if shown else "", *(hit.title for hit in hits)]


def _dictate(story: Story, step: Step) -> None:
    dialog = story.window(REP_A).visit
    assert dialog is not None
    story.stage.until(dialog.isVisible, "the visit sheet")
    draft = dialog.model
    if story.model is not None:
        dialog.voice.read_file(RECORDING)
        story.stage.until(lambda: bool(draft.note.text), "the transcript", seconds=120)
        heard = draft.note.text
        step.check("Vosk heard the note on the laptop", held="雅思" in heard, seen=heard)
    else:
        dialog.note.insertPlainText(SPOKEN)
        step.check("the note is typed, there is no speech model", held=True, seen=SPOKEN)
    story.stage.until(lambda: bool(draft.cards) and not draft.reading, "the proposals")
    story.stage.pump(200)
    proposed = {card.field: card.words or card.value for card in draft.cards if card.kept}
    step.check(
        "contact, product, budget, concern and promise are proposed",
        held=proposed.keys() >= set(_PROPOSED),
        seen={field.value: words for field, words in proposed.items()},
    )
    step.pictures.append(story.stage.picture(dialog, "2-proposals"))
    window = story.window(REP_A)
    for _ in range(len(draft.unsolved) + 1):
        if window.visit is not None:
            focus = QApplication.focusWidget() or window.visit
            story.stage.press(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            story.stage.pump(300)
    story.stage.until(lambda: window.visit is None, "the visit to be saved")


_PROPOSED = (Field.CONTACT, Field.PRODUCT, Field.BUDGET, Field.CONCERN, Field.PROMISE)


def _check_the_visit(story: Story, step: Step) -> None:
    visits = story.of_customer(REP_A, "visit")
    followed = story.of_customer(REP_A, "follow_up")
    tasks = story.of_customer(REP_A, "task")
    visit = visits[0] if visits else {}
    step.check("the visit exists locally", held=len(visits) == 1, seen=visit.get("summary", ""))
    step.check("with the product", held=visit.get("products") == ["雅思基础班"])
    step.check("and the budget, in fen", held=visit.get("budget_max") == 1_800_000)
    step.check("the follow-up exists locally", held=len(followed) == 1)
    due = str(tasks[0].get("due_at") or "") if tasks else ""
    step.check(
        "the promise became a task with a date",
        held=len(tasks) == 1 and tasks[0]["kind"] == "promise" and due > _today(story),
        seen=f"{tasks[0]['title']} · {due}" if tasks else "",
    )


def _today(story: Story) -> str:
    midnight = story.stage.clock.now().astimezone(CHINA).replace(hour=0, minute=0, second=0)
    return midnight.strftime("%Y-%m-%dT00:00:00Z")


def rep_b_offline(story: Story, step: Step) -> None:
    """Step 3: another field of the same customer, and the address, which A changed too."""
    _goes_offline(story, REP_B, step)
    window = story.window(REP_B)
    story.session(REP_B).open_requested.emit("customer", story.customer_id)
    changes = {"level": "A", "address": ADDRESS_B}
    story.run(REP_B, do_change, "customer", story.customer_id, changes)
    now = story.customer(REP_B)
    story.stage.until(
        lambda: window.customer.value_of("address") == ADDRESS_B, "the page to show the address"
    )
    step.check(
        "rep B's changes are in B's replica",
        held=now.get("level") == "A" and now.get("address") == ADDRESS_B,
    )
    step.check(
        "rep A's laptop knows nothing of it yet",
        held=story.customer(REP_A).get("address") == ADDRESS_A
        and story.customer(REP_A).get("level") == CUSTOMER["level"],
    )
    step.pictures.append(story.stage.picture(window.shell, "3-rep-b"))


def both_online(story: Story, step: Step) -> None:
    """Step 4: merged, the loser visible in history, put back with one click."""
    story.stage.server.start()
    story.settle(CAST)
    views: list[dict[str, Value]] = [
        {k: v for k, v in story.customer(p).items() if k != "rid"} for p in (REP_A, REP_B, MANAGER)
    ]
    step.check("all three laptops hold the same customer", held=views[0] == views[1] == views[2])
    step.check("different fields merged: B's level is there", held=views[0].get("level") == "A")
    step.check(
        "different fields merged: A's visit is on B's laptop",
        held=len(story.of_customer(REP_B, "visit")) == 1,
    )
    step.check("the later address holds", held=views[0].get("address") == ADDRESS_B)
    for person in (REP_A, REP_B):
        conflicts = story.replica(person).conflicts(actor=_user_id(story, person))
        step.check(
            f"the conflict is in {person.name}'s inbox",
            held=[c.field for c in conflicts] == ["address"],
        )
    _history_and_restore(story, step)


def _history_and_restore(story: Story, step: Step) -> None:
    versions = story.replica(REP_A).field_history("customer", story.customer_id, "address")
    lost = [v for v in versions if v.lost]
    step.check(
        "the loser is visible in the field's history: operator, time, before, after",
        held=len(lost) == 1 and _is_complete(lost[0], _user_id(story, REP_A)),
        seen=[f"{v.at} {v.before} → {v.after}" for v in versions],
    )
    window = story.window(REP_A)
    window.shell.show_page("sync")
    step.pictures.append(story.stage.picture(window.shell, "4-inbox"))
    story.session(REP_A).open_requested.emit("customer", story.customer_id)
    story.stage.pump(300)
    window.customer.show_history("address")
    panel = window.customer.history
    story.stage.until(lambda: bool(panel.cards), "the history of the address")
    story.stage.pump(500)
    step.pictures.append(story.stage.picture(window.shell, "4-history"))
    card = next(c for c in panel.cards if c.line.version.operation.key == lost[0].operation.key)
    story.stage.press(card, Qt.Key.Key_Return)
    story.stage.until(
        lambda: story.customer(REP_A).get("address") == ADDRESS_A, "the version to be put back"
    )
    story.settle(CAST)
    step.check(
        "one click put it back, on both laptops",
        held=story.customer(REP_B).get("address") == ADDRESS_A,
        seen=story.customer(REP_B).get("address"),
    )
    again = story.replica(REP_B).field_history("customer", story.customer_id, "address")
    step.check("and history kept every version", held=len(again) == len(versions) + 1)


def _is_complete(version: Version, author: str) -> bool:
    operation = version.operation
    return (
        operation.actor == author
        and bool(version.at)
        and version.before == CUSTOMER["address"]
        and version.after == ADDRESS_A
    )


def _user_id(story: Story, person: Person) -> str:
    return story.session(person).workspace.account.user_id
