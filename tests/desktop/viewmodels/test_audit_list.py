"""Entries of the audit log in words: the records they point at by name, fields by label."""

from crm_core.model.entities import builtin_registry
from crm_core.model.values import Record
from desktop.viewmodels.audit_list import mentioned, spoken

REGISTRY = builtin_registry()
ONE, TWO = "019e7170-0000-7000-8000-000000000001", "019e7170-0000-7000-8000-000000000002"
NAMES = {"customer": {ONE: "望江食品", TWO: "望江食品有限公司"}, "user": {TWO: "李维"}}


def said(entry: Record, name: str, language: str = "zh") -> str:
    return spoken(entry, name, REGISTRY, NAMES, language)


def test_records_are_called_by_name_and_fields_by_label() -> None:
    merged = {"kind": "merged", "about": f"customer {ONE}", "detail": TWO}
    assert mentioned(merged, REGISTRY) == {("customer", ONE), ("customer", TWO)}
    assert said(merged, "about") == "客户 望江食品"
    checked = {"kind": "checked", "about": "customer", "detail": "phone"}
    assert said(checked, "detail") == "电话"
    assert said(checked, "detail", "en") == "Phone"
    exported = {"kind": "exported", "about": "lead", "detail": "xlsx · records: 12 · fields: 3"}
    assert said(exported, "detail") == "xlsx · 记录：12 · 字段：3"
    granted = {"kind": "permissions_changed", "about": "rep/lead", "detail": "rights=['create']"}
    assert said(granted, "about") == "销售/线索"
    assert said(granted, "detail") == "可做的操作=['新建']"


def test_what_a_person_typed_stays_as_it_is_and_what_is_gone_keeps_its_number() -> None:
    signed = {"kind": "signed_in", "about": "phone", "detail": ""}
    assert said(signed, "about") == "phone"
    frozen = {"kind": "permissions_changed", "about": "customer", "detail": "phone stays on"}
    assert said(frozen, "detail") == "phone stays on"
    gone = {"kind": "unmerged", "about": f"lead {ONE[:-1]}9", "detail": ""}
    assert said(gone, "about") == "线索 019e7170"
