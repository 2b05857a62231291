"""What stages were at a moment, and from when on two tellings of it differ. Pure."""

from crm_core.insight import journeys
from crm_core.insight.framing import HOUR, OPEN, Standards
from crm_core.insight.journeys import Move, Subject
from crm_core.insight.stage_history import history_of
from crm_core.insight.standards import SHIPPED
from crm_core.rules.published import SHIPPED_SET
from crm_core.store.measures.stage_history import standards_of
from tests.stage_sets import laid_over

T = 1_700_000_000_000
LONG = 9_000_000 * HOUR


def some(order: str, **hours: float) -> Standards:
    """Stages of leads in this order, with these hours."""
    return Standards({("lead", k): h for k, h in hours.items()}, {"lead": order.split()})


OLD, NEW = some("a b c won lost", a=10, b=20), some("b a c won lost", a=1, b=20, c=5)


def test_what_ships_says_the_same_as_the_rules_that_ship() -> None:
    assert standards_of(SHIPPED_SET) == SHIPPED
    own = standards_of(laid_over(without="demo"))
    assert own.hours["opportunity", "poc"] == 72
    assert "demo" not in own.order["opportunity"]
    assert own.order["opportunity"][-2:] == ("won", "lost")


def test_a_stay_goes_by_what_was_in_force_when_it_began() -> None:
    then = history_of(OLD, [(T, NEW)])
    assert then.standard("lead", "a", T - 1) == 10 * HOUR
    assert then.standard("lead", "a", T) == HOUR
    assert then.standard("lead", "c", T - 1) == 5 * HOUR, "nobody had said anything of it yet"
    assert then.standard("lead", "nowhere", T) == 0
    gone = history_of(OLD, [(T, some("b won lost", b=20))])
    assert gone.standard("lead", "a", T + 1) == 10 * HOUR, "out of use: as it was said last"


def test_a_move_goes_back_by_the_order_of_its_moment() -> None:
    rules = history_of(OLD, [(T, NEW)])
    moves = [Move(T - 2, "b", "a", "u"), Move(T - 1, "a", "b", "u"),
             Move(T + 1, "b", "a", "u"), Move(T + 2, "a", "b", "u")]  # fmt: skip
    subject = Subject("lead", "a", begun=T - 3, since=0, assigned=T - 3)
    found, _ = journeys.stays(subject, moves, rules)
    assert [one.back for one in found] == [False, True, True, False, False]
    assert [one.standard // HOUR for one in found] == [10, 20, 10, 20, 1]
    assert found[-1].left == OPEN


def test_from_when_on_two_differ() -> None:
    one = history_of(OLD, [(T, NEW)])
    assert one.differs_from(history_of(OLD, [(T, NEW), (T + 9, NEW)])) is None, "nothing new in it"
    later = history_of(OLD, [(T, NEW), (T + 9, OLD)])
    assert one.differs_from(later) == later.differs_from(one) == T + 9
    assert one.differs_from(history_of(OLD, [])) == T
    assert one.differs_from(history_of(OLD, [(T + 5, NEW)])) == T
    assert one.renamed(history_of(OLD, []), T) == {("lead", "c")}, "of whom nobody knew before"
    assert history_of(OLD, [(T, NEW), (T, OLD)]) == history_of(OLD, []), "the later of two counts"
