"""How rules and their published sets are written into records, whoever writes: desktop or server.

Within an act that is begun already; who may is asked by the unit of work (decision 050).
"""

from collections.abc import Iterable, Sequence

from crm_core.errors import KnownError
from crm_core.rules.documents import Document
from crm_core.rules.published import record_of, written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.texts.packing import MOST, packed
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.ruling.rule_book import RULE, VERSION
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit

_FIELDS = ("kind", "name", "name_en", "entity", "active", "position", "remark", "body")


def keep_rule(unit: Unit, document: Document[object]) -> None:
    """The record of a rule says what the document says; one in the bin comes back."""
    values = record_of(document)
    if unit.record(RULE, document.id) is not None:
        unit.change(RULE, document.id, {name: values.get(name) for name in _FIELDS})
    elif unit.knows(RULE, document.id):
        unit.edit(
            Edit(RULE, document.id, Verb.SET, name, values.get(name))  # type: ignore[arg-type]
            for name in _FIELDS
        )
    else:
        unit.create(RULE, values, record_id=document.id)


def keep_rules(unit: Unit, documents: Sequence[Document[object]]) -> None:
    """The records of many rules say what the documents say; new ones are created at once."""
    by_id = {one.id: one for one in documents}
    known = unit.states_of(RULE, set(by_id))
    new = [one for one in by_id.values() if one.id not in known]
    unit.create_many(RULE, [record_of(one) for one in new], record_ids=[one.id for one in new])
    for one in by_id.values():
        if one.id in known:
            keep_rule(unit, one)


def take_over(unit: Unit, documents: Iterable[Document[object]], own: Iterable[str]) -> None:
    """The draft says exactly this; `own`: ids of the rules it has now."""
    wanted = {one.id: one for one in documents}
    keep_rules(unit, list(wanted.values()))
    unit.delete_many(RULE, [one for one in own if one not in wanted])


def publishable(rules: RuleSet) -> str:
    """The text of a set as it is published; KnownError ("rules_too_large") beyond what a version
    can hold."""
    return fits(packed(written_set(rules)))


def fits(text: str) -> str:
    """The text itself, where a version can hold it; else KnownError ("rules_too_large")."""
    if len(text) > MOST:
        raise KnownError(
            "规则太多，一个版本放不下。请删除或停用一部分再发布；草稿都还在。",
            "These are more rules than a version can hold. Delete some and publish again; the "
            "drafts are all there.",
            code="rules_too_large",
        )
    return text


def publish(
    unit: Unit, text: str, *, note: str, author: str, at: str, trial_team: str = ""
) -> str:  # fmt: skip
    """Write a version down; its id. `at`: ISO."""
    return unit.create(
        VERSION,
        {
            "name": note, "author": author, "body": text, "published_at": at,
            "trial_team": trial_team or None, "withdrawn": False,
        },
    )  # fmt: skip
