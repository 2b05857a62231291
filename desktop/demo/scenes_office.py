"""The scenes in the office: the server is set up, and the manager reads the board."""

from crm_core.insight.measures import Cell
from crm_core.model.query import Op, Query, Test
from desktop.demo.cast import CAST, CONTACT, CUSTOMER, MANAGER, REP_A, REP_B, TEAM
from desktop.demo.report import Step
from desktop.demo.scene import Story
from desktop.demo.stage import Person
from desktop.services.commands import do_create
from desktop.viewmodels.board import BoardView


def open_office(story: Story, step: Step) -> None:
    """Step 1: init, serve, three accounts, three laptops, one customer."""
    server = story.stage.server
    server.administer("init", "--organisation", "随行示例公司", "--admin", "itadmin", "--sample")
    for person in CAST:
        team = "启明联合（示例）" if person is MANAGER else TEAM
        server.administer(
            "user", "add", "--login", person.login, "--name", person.name, "--role", person.role,
            "--team", team, "--password-stdin", "--keep-password", stdin=person.password + "\n",
        )  # fmt: skip
    listed = server.administer("user", "list")
    step.check("the three accounts are listed", held=all(person.login in listed for person in CAST))
    server.start()
    step.check("the server answers on loopback", held=server.running, seen=server.url)
    for person in CAST:
        story.stage.sign_in(person)
        workspace = story.session(person).workspace
        first_bytes = workspace.profile.replica_path.read_bytes()[:15]
        step.check(
            f"{person.name}'s replica is filled and encrypted",
            held=story.replica(person).count(Query("customer")) > 0
            and first_bytes != b"SQLite format 3",
            seen=f"{story.replica(person).count(Query('customer'))} customers",
        )
    _add_the_customer(story, step)


def _add_the_customer(story: Story, step: Step) -> None:
    """The manager enters the customer and gives it to rep A; both reps receive it."""
    users = story.replica(MANAGER).find(Query("user", Test("login", Op.EQ, REP_A.login)))
    owner = str(users[0]["id"])
    done = story.run(MANAGER, do_create, "customer", {**CUSTOMER, "owner": owner})
    story.customer_id = done.record_id
    contact = {**CONTACT, "customer": story.customer_id, "owner": owner}
    story.run(MANAGER, do_create, "contact", contact)
    story.settle(CAST)
    for person in (REP_A, REP_B):
        step.check(
            f"{person.name} received the customer the manager entered",
            held=story.customer(person).get("name") == CUSTOMER["name"],
        )
    story.visits_before = visits_of(REP_A, board_of(story))


def board_of(story: Story) -> BoardView:
    """The manager's board as it is on screen, computed after the last change."""
    window = story.window(MANAGER)
    window.shell.show_page("board")
    window.board.refresh()
    story.stage.pump(50)
    story.stage.until(lambda: window.board.view is not None, "the board to be computed")
    story.stage.pump(400)
    view = window.board.view
    assert view is not None
    return view


def visits_of(person: Person, view: BoardView) -> float:
    """How many visits the board shows for a rep."""

    cell = next((c for c in view.board.visits if view.names.get(c.group) == person.name), None)
    return cell.value or 0.0 if cell is not None else 0.0


def manager_looks(story: Story, step: Step) -> None:
    """Step 5: the board has moved, and every figure opens the records it was made of."""
    story.settle(CAST)
    view = board_of(story)
    after = visits_of(REP_A, view)
    step.check(
        "the board shows rep A's new visit",
        held=after == story.visits_before + 1,
        seen=f"{story.visits_before:.0f} → {after:.0f}",
    )
    window = story.window(MANAGER)
    step.pictures.append(story.stage.picture(window.shell, "5-board"))
    cells: tuple[Cell, ...] = (
        *view.board.totals, *view.board.visits, *view.board.first_response, *view.board.overdue,
    )  # fmt: skip
    replica = story.replica(MANAGER)
    wrong = [c for c in cells if replica.count(c.query) != c.count]
    step.check(
        "every figure opens exactly the records it was made of",
        held=not wrong,
        seen=f"{len(cells)} figures",
    )
    mine = next(c for c in view.board.visits if view.names.get(c.group) == REP_A.name)
    window.board.open_cell(mine)
    story.stage.until(lambda: window.shell.current_page() == "drill", "the drill-down page")
    listed = window.drilled
    story.stage.until(
        lambda: listed is not None and listed.model.rowCount() == mine.count,
        "the records behind the figure",
    )
    step.check("the drill-down lists them", held=True, seen=f"{mine.count} visits")
    step.pictures.append(story.stage.picture(window.shell, "5-drill-down"))
