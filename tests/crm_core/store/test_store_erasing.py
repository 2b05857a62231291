"""Erasing on every engine: living records go too, shells stay, texts are rewritten throughout."""

from crm_core.permissions import Actor
from crm_core.store.forgetting import erasing, purging
from crm_core.store.log import oplog
from crm_core.store.replica import Replica
from tests.builders import a_customer, change, create, log_of, records_of
from tests.crm_core.store.conftest import Opener


def end_of(replica: Replica) -> int:
    return replica.read(lambda c: oplog.end(c, replica.tables))


def erase(replica: Replica, me: Actor, *targets: tuple[str, str]) -> int:
    with replica.write(me) as (unit, _):
        position = erasing.take_out(unit.connection, replica.tables, targets)
        erasing.note(unit.connection, replica.tables, targets, position=position, whole=True)
    return position


def test_a_living_record_goes_and_what_counts_on_from_it_stays(opened: Opener, me: Actor) -> None:
    replica = opened("one")
    kept = create(replica, "customer", a_customer(name="留下"), by=me)
    gone = create(replica, "customer", a_customer(name="此人"), by=me)
    change(replica, "customer", gone, by=me, remark="一句话")
    last, end = log_of(replica)[-1], end_of(replica)
    position = erase(replica, me, ("customer", gone), ("customer", "never-heard-of"))
    assert position == end + 1 == end_of(replica)
    assert set(records_of(replica)) == {kept}
    [shell] = replica.history("customer", gone)
    assert (shell.key, shell.hlc, shell.value, shell.before) == (last.key, last.hlc, None, None)
    ids = ["never-heard-of", gone, kept]
    known = replica.read(lambda c: purging.purged(c, replica.tables, "customer", ids))
    assert known == {gone, "never-heard-of"}
    about = {("customer", i) for i in ids}
    assert replica.read(lambda c: erasing.erased(c, replica.tables, about)) == {
        ("customer", gone), ("customer", "never-heard-of"),
    }  # fmt: skip
    assert replica.read(lambda c: purging.reached(c, replica.tables)) == 0, "nobody begins anew"
    assert erase(replica, me, ("customer", gone)) == end + 2, "once more does no harm"
    create(replica, "customer", a_customer(name="后来"), by=me)
    assert end_of(replica) == end + 3


def test_a_text_is_rewritten_in_every_version_it_ever_had(opened: Opener, me: Actor) -> None:
    replica = opened("one")
    record = create(replica, "customer", a_customer(remark="王芳的客户"), by=me)
    change(replica, "customer", record, by=me, remark="王芳介绍")
    change(replica, "customer", record, by=me, remark="没有名字", city="王芳市")
    with replica.write(me, "王芳要求") as (unit, _):
        unit.change("customer", record, {"remark": "又是王芳"})
    with replica.write(me) as (unit, _):
        places = [("customer", record, "remark"), ("customer", "nobody", "remark"),
                  ("nothing", record, "remark"), ("customer", record, "no_field")]  # fmt: skip
        touched = erasing.rewrite(
            unit.connection, replica.tables, places, lambda said: said.replace("王芳", "某人")
        )
        connection, tables = unit.connection, replica.tables
        others = [("customer", "nobody")]
        assert erasing.forget_reasons(connection, tables, ["王芳"], about=others) == set()
        changed = erasing.forget_reasons(connection, tables, ["王芳", "100%"], about=touched)
    assert touched == changed == {("customer", record)}
    history = replica.history("customer", record)
    assert history[0].created_values["remark"] == "某人的客户"
    said = [(o.before, o.value) for o in history if o.field == "remark"]
    assert said == [("某人的客户", "某人介绍"), ("某人介绍", "没有名字"), ("没有名字", "又是某人")]
    assert {o.reason for o in history} == {""}
    assert records_of(replica)[record]["remark"] == "又是某人"
    assert records_of(replica)[record]["city"] == "王芳市"


def test_free_space_is_overwritten_while_the_database_is_open(opened: Opener, me: Actor) -> None:
    replica = opened("one")
    record = create(replica, "customer", a_customer(), by=me)
    erase(replica, me, ("customer", record))
    engine = replica.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        assert erasing.overwrite_free_space(connection)
    assert create(replica, "customer", a_customer(), by=me) in records_of(replica)
