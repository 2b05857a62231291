"""What was typed stays as typed; problems are said at once; saving sends only differences."""

from crm_core.model.entities import CUSTOMER
from crm_core.model.values import Value
from desktop.viewmodels.records.form import FormModel

RECORD: dict[str, Value] = {
    "id": "1",
    "name": "瑞康",
    "kind": "organisation",
    "annual_purchase": 100,
}


def test_a_bad_value_is_named_and_kept(qtbot: object) -> None:
    form, said = FormModel(CUSTOMER, RECORD), []
    form.problem_changed.connect(lambda name, text: said.append((name, bool(text))))
    form.type_in("annual_purchase", "很多")
    assert form.value("annual_purchase") == "很多"
    assert form.changes() == {}
    assert form.dirty
    form.type_in("annual_purchase", "3万")
    assert said == [("annual_purchase", True), ("annual_purchase", False)]
    assert form.changes() == {"annual_purchase": 3_000_000}


def test_typing_the_same_again_is_no_change(qtbot: object) -> None:
    form = FormModel(CUSTOMER, RECORD)
    form.type_in("name", "瑞康 ")
    assert not form.dirty


def test_required_fields_are_found_when_saving(qtbot: object) -> None:
    form = FormModel(CUSTOMER)
    form.type_in("phone", "13800000000")
    assert form.is_new
    assert form.check_all() == ["name", "kind"]


def test_a_field_being_typed_in_is_not_overwritten_by_sync(qtbot: object) -> None:
    form = FormModel(CUSTOMER, RECORD)
    form.type_in("name", "瑞康医院")
    shown = form.reload(RECORD | {"name": "别人改的", "city": "南京"})
    assert form.value("name") == "瑞康医院"
    assert shown == {"city"}
    form.saved(RECORD | {"name": "瑞康医院"})
    assert not form.dirty
