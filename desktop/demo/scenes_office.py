"""The scenes in the office: the server is set up, and the manager reads the board."""

from crm_core.model.query import Op, Query, Test
from desktop.demo.cast import CAST, CONTACT, CUSTOMER, MANAGER, REP_A, REP_B, TEAM
from desktop.demo.report import Step
from desktop.demo.scene import Story
from desktop.services.commands.verbs import do_create
from desktop.services.measures import recomputed
from desktop.viewmodels.board.board_asking import explain_value
from desktop.viewmodels.board.board_scene import Scene
from desktop.views.pages.boards.board_page import BoardPage


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
    _, _, story.visits_before = visits_of(story, board_of(story))


def board_of(story: Story) -> BoardPage:
    """The manager's board as it is on screen, computed after the last change."""
    window = story.window(MANAGER)
    window.shell.show_page("board")
    page = window.board
    story.stage.until(lambda: page.board is not None, "the board to be there")
    answered: list[str] = []
    page.shown.connect(answered.append)
    page.body.refresh()
    story.stage.until(lambda: bool(answered), "the board to be computed")
    story.stage.pump(400)
    return page


def scenes_of(page: BoardPage) -> list[Scene]:
    """What its tiles show."""
    return [card.scene for card in page.body.cards if card.scene is not None]


def visits_of(story: Story, page: BoardPage) -> tuple[Scene, tuple[str, ...], float]:
    """Where the board shows the visits of rep A, and how many."""
    [scene] = [
        s for s in scenes_of(page) if s.measure.id == "visits" and s.answer.question.group_by
    ]
    users = story.replica(MANAGER).find(Query("user", Test("login", Op.EQ, REP_A.login)))
    groups = (str(users[0]["id"]),)
    found = scene.answer.of(*groups)
    return scene, groups, (found.value or 0.0) if found is not None else 0.0


def manager_looks(story: Story, step: Step) -> None:
    """Step 5: the board has moved, and every figure opens the records it was made of."""
    story.settle(CAST)
    page = board_of(story)
    scene, groups, after = visits_of(story, page)
    step.check(
        "the board shows rep A's new visit",
        held=after == story.visits_before + 1,
        seen=f"{story.visits_before:.0f} → {after:.0f}",
    )
    window = story.window(MANAGER)
    step.pictures.append(story.stage.picture(window.shell, "5-board"))
    figures, wrong = _checked(story, page)
    step.check(
        "every figure opens exactly the records it was made of, and comes out of them again",
        held=not wrong and figures > 0,
        seen=f"{figures} figures",
    )
    page.body.open_value(scene, groups)
    story.stage.until(lambda: window.shell.current_page() == "drill", "the drill-down page")
    listed = window.drilled
    story.stage.until(
        lambda: listed is not None and listed.model.rowCount() == after,
        "the records behind the figure",
    )
    step.check("the drill-down lists them", held=True, seen=f"{after:.0f} visits")
    step.pictures.append(story.stage.picture(window.shell, "5-drill-down"))


def _checked(story: Story, page: BoardPage) -> tuple[int, list[str]]:
    """How many figures the board shows, and those that do not lead to what they were made of."""
    workspace, replica = story.session(MANAGER).workspace, story.replica(MANAGER)
    figures, wrong = 0, list[str]()
    for scene in scenes_of(page):
        for mark, groups in zip(scene.marks, scene.groups, strict=True):
            if mark.value is None:
                continue
            figures += 1
            made = explain_value(workspace, scene, groups)
            again = recomputed(made).value == mark.value
            opened = not made.measure.entity or replica.count(made.query) == len(made.ids)
            if not again or not opened:
                wrong.append(f"{scene.measure.id} {mark.label}")
    return figures, wrong
