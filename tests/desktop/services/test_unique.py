"""What blocks a second record of one, for whom, and what the history says of an exception."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_core.permissions.stored import Organisation
from desktop.services.commands.verbs import do_create
from desktop.services.unique import Doubled, do_create_once, may_twin
from desktop.services.workspace import Workspace
from tests.desktop.views.desk import a_desk

RUIJIN = {"name": "上海瑞金医院", "kind": "organisation", "phone": "13912345678"}
TWIN = {"name": "瑞金体检中心", "kind": "organisation", "phone": "+86 139 1234 5678"}
CODE = "913100001322118475"


@pytest.fixture
def anna(tmp_path: Path, qtbot: QtBot) -> Iterator[Workspace]:
    """Somebody at work whose server is never asked."""
    for desk in a_desk(tmp_path / "desk"):
        yield desk.workspace


def as_role(workspace: Workspace, role: str) -> None:
    workspace._actor = Organisation().actor(workspace.actor.user_id, role)


def test_the_same_number_blocks_and_names_the_record(anna: Workspace) -> None:
    made = do_create(anna, "customer", RUIJIN).record_id
    with pytest.raises(Doubled, match="上海瑞金医院") as caught:
        do_create_once(anna, "customer", TWIN)
    assert (caught.value.code, caught.value.other.id) == ("doubled", made)
    assert "Ruijin" not in caught.value.english
    assert do_create_once(anna, "customer", RUIJIN | {"phone": "13800000000"}).record_id


def test_the_same_code_blocks_however_it_is_written(anna: Workspace) -> None:
    do_create(anna, "customer", {"name": "甲公司", "kind": "organisation", "uscc": CODE})
    with pytest.raises(Doubled, match="信用代码"):
        do_create_once(
            anna, "customer", {"name": "乙", "kind": "organisation", "uscc": CODE.lower()}
        )


def test_a_reason_lets_those_create_whose_role_may(anna: Workspace) -> None:
    do_create(anna, "customer", RUIJIN)
    as_role(anna, "rep")
    assert not may_twin(anna, "customer").allowed
    with pytest.raises(Doubled):
        do_create_once(anna, "customer", TWIN, "总机相同，两家分别签约")
    as_role(anna, "manager")
    with pytest.raises(Doubled):
        do_create_once(anna, "customer", TWIN, "  ")
    made = do_create_once(anna, "customer", TWIN, "总机相同，两家分别签约").record_id
    (created,) = anna.replica.history("customer", made)
    assert created.reason == "总机相同，两家分别签约"


def test_another_kind_does_not_block(anna: Workspace) -> None:
    do_create(anna, "customer", RUIJIN)
    lead = {"name": "瑞金医院", "phone": "13912345678", "stage": "captured"}
    assert do_create_once(anna, "lead", lead).record_id
