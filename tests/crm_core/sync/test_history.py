"""A field's versions, a record as of a moment, and taking a group back (rows 5.3, 5.4)."""

from msgspec.structs import replace

from crm_core.clock import ZERO_STAMP, make_stamp
from crm_core.model.entities import builtin_registry
from crm_core.model.values import Value
from crm_core.sync.change import Operation, Payload, Verb
from crm_core.sync.history import Edit, as_of, field_versions, inverse_edits

CUSTOMER = builtin_registry().entity("customer")
NODE, OTHER = "a" * 16, "b" * 16


def at(moment: int, node: str = NODE) -> str:
    """A stamp `moment` milliseconds after the epoch."""
    return make_stamp(moment, 0, node)


def created(moment: int = 1, **values: Value) -> Operation:
    """The operation that made customer `c1`."""
    return Operation(
        replica=NODE, replica_seq=1, entity="customer", id="c1", verb=Verb.CREATE, field="",
        value={"name": "协和", **values}, before=None, hlc=at(moment), base=ZERO_STAMP, group="g0",
        actor="u1",
    )  # fmt: skip


def wrote(
    moment: int, value: Payload, *, base: int = 1, before: Value = None, field: str = "level",
    node: str = NODE,
) -> Operation:  # fmt: skip
    """A SET on customer `c1` by someone who saw what was written at `base`."""
    return Operation(
        replica=node, replica_seq=moment, entity="customer", id="c1", verb=Verb.SET, field=field,
        value=value, before=before, hlc=at(moment, node), base=at(base), group="g1", actor="u1",
    )  # fmt: skip


def deleted(moment: int, *, base: int = 1) -> Operation:
    """The removal of customer `c1`."""
    return replace(wrote(moment, True, base=base), verb=Verb.DELETE, field="")


def test_versions_say_who_when_before_and_after_in_order() -> None:
    operations = [wrote(5000, "A", base=2000, before="B"), created(1000, level="C")]
    operations.append(wrote(2000, "B", base=1000, before="C"))
    operations.append(wrote(3000, "13800", field="phone"))
    versions = field_versions(operations, CUSTOMER, "level")
    assert [(v.before, v.after) for v in versions] == [(None, "C"), ("C", "B"), ("B", "A")]
    assert [v.at for v in versions] == [f"1970-01-01T00:00:0{s}Z" for s in (1, 2, 5)]
    assert [v.current for v in versions] == [False, False, True]
    assert not any(v.lost for v in versions)


def test_a_version_overtaken_unseen_is_lost_and_stays_visible() -> None:
    mine, theirs = wrote(2000, "A", base=1000), wrote(3000, "B", base=1000, node=OTHER)
    versions = field_versions([created(1000), theirs, mine], CUSTOMER, "level")
    assert [(v.after, v.lost, v.current) for v in versions] == [
        (None, False, False),
        ("A", True, False),
        ("B", False, True),
    ]


def test_the_author_s_own_time_is_shown_beside_an_effective_stamp() -> None:
    corrected = wrote(2000, "A").with_stamp(at(9000), base=at(1))
    (_, version) = field_versions([created(), corrected], CUSTOMER, "level")
    assert version.at == "1970-01-01T00:00:02Z"


def test_versions_of_tags_are_whole_sets() -> None:
    operations = [
        created(1, tags=["老客户"]),
        wrote(2, {"add": "三甲"}, field="tags"),
        wrote(3, {"remove": "老客户"}, field="tags"),
    ]
    versions = field_versions(operations, CUSTOMER, "tags")
    assert [v.after for v in versions] == [["老客户"], ["三甲", "老客户"], ["三甲"]]
    assert versions[1].before == ["老客户"]


def test_as_of_shows_each_moment_in_whatever_order_operations_came() -> None:
    operations = [deleted(40), wrote(30, "A", base=20), created(10, level="C"), wrote(20, "B")]
    assert not as_of(operations, CUSTOMER, at(9)).exists
    assert [as_of(operations, CUSTOMER, at(m)).values["level"] for m in (10, 20, 30)] == [
        "C",
        "B",
        "A",
    ]
    assert as_of(operations, CUSTOMER, at(39)).alive
    assert not as_of(operations, CUSTOMER, at(40)).alive
    revived = [*operations, wrote(50, "B", base=30)]
    assert as_of(revived, CUSTOMER, at(50)).alive


def test_undoing_a_creation_deletes_it_and_nothing_else() -> None:
    group = [created(1), wrote(2, "A")]
    assert inverse_edits(group, {("customer", "c1"): {"level": "A"}}) == [
        Edit("customer", "c1", Verb.DELETE)
    ]


def test_undoing_two_steps_gives_back_what_was_before_both() -> None:
    group = [wrote(2, "B", before="C"), wrote(3, "A", base=2, before="B")]
    edits = inverse_edits(group, {("customer", "c1"): {"level": "A"}})
    assert [e.value for e in edits] == ["B", "C"]


def test_undoing_leaves_what_somebody_changed_since() -> None:
    group = [wrote(2, "B", before="C"), wrote(3, "13800", field="phone")]
    now: dict[str, Value] = {"level": "A", "phone": "13800"}
    edits = inverse_edits(group, {("customer", "c1"): now})
    assert edits == [Edit("customer", "c1", Verb.SET, "phone", None)]


def test_undoing_tags_takes_back_only_the_own_items() -> None:
    group = [
        wrote(2, {"add": "三甲"}, field="tags"),
        wrote(3, {"remove": "老客户"}, field="tags"),
    ]
    edits = inverse_edits(group, {("customer", "c1"): {"tags": ["三甲", "别人加的"]}})
    assert edits[-1].value == ["别人加的", "老客户"]


def test_undoing_a_deletion_revives_the_record_with_a_value_it_holds() -> None:
    now: dict[str, Value] = {"id": "c1", "name": "协和", "level": "A"}
    (edit,) = inverse_edits([deleted(5)], {("customer", "c1"): now})
    assert edit.verb is Verb.SET
    assert now[edit.field] == edit.value


def test_an_undone_undo_of_a_deletion_deletes_again() -> None:
    revival = wrote(6, "协和", before="协和", field="name")
    edits = inverse_edits([revival], {("customer", "c1"): {"name": "协和"}})
    assert edits == [Edit("customer", "c1", Verb.DELETE)]
