"""Push and pull against the real server process."""

from tests.sync_server.conftest import SignsIn


def test_what_one_colleague_pushes_the_other_pulls_once(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    customer = anna.create(
        "customer", {"name": "测试医院", "kind": "organisation", "owner": anna.user_id}
    )
    acks = anna.push(customer)
    assert [(a.replica_seq, a.refused) for a in acks] == [(1, None)]
    assert customer.id in {o.id for o in ben.pull()}
    assert ben.pull() == []
    anna.pull()
    assert anna.pull() == []
