"""Rules from the server's command line: exported, checked against its data, published as somebody.

Published is what the draft says with the file laid over it; written and published in one act, which
that person can take back on any device (decision 064).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.clock import iso_moment
from crm_core.errors import KnownError
from crm_core.model.query import Query, Sort
from crm_core.permissions import Actor
from crm_core.rules.difference import difference
from crm_core.rules.documents import Document
from crm_core.rules.published import draft_of
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.texts.checking import Checked, checked
from crm_core.rules.texts.yaml_text import yaml_of
from crm_core.store.ruling import rule_versions
from crm_core.store.ruling.rule_book import RULE, draft
from crm_core.store.ruling.rule_versions import Version
from crm_core.store.ruling.rule_writing import keep_rules, publish, publishable, take_over
from sync_server.services.people import actor_of
from sync_server.services.server import Server
from sync_server.services.signing_in import accounts


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing."""

    rules: int
    """In the set."""
    changed: int
    """Rules that say otherwise than what was in force."""
    version: str
    """Id of the record."""


def draft_text(server: Server) -> str:
    """The draft as YAML."""
    tables = server.replica.tables
    with server.reading() as connection:
        return yaml_of(draft(connection, tables, server.clock.now()))


def version_text(server: Server, number: int) -> str:
    """A published version as YAML; KnownError ("gone") where there is none of that number."""
    tables = server.replica.tables
    with server.reading() as connection:
        known = {one.number: one for one in rule_versions.versions(connection, tables)}
        if number not in known:
            raise KnownError(
                f"没有第 {number} 版，共 {len(known)} 版。",
                f"There is no version {number}; there are {len(known)}.",
                code="gone",
            )
        return yaml_of(rule_versions.set_of(connection, tables, known[number].id))


def versions(server: Server) -> tuple[Version, ...]:
    """Those published, the newest first."""
    with server.reading() as connection:
        return rule_versions.versions(connection, server.replica.tables)


def check(server: Server, text: str) -> Checked:
    """All that is wrong with a text, by what is known here."""
    replica = server.replica

    def named(entity: str, record_id: str) -> str | None:
        there = entity in replica.registry
        return replica.titles(entity, [record_id]).get(record_id) if there else None

    with server.reading() as connection:
        beside = draft(connection, replica.tables, server.clock.now()).documents
    return checked(text, replica.registry, named=named, beside=beside)


def publish_file(
    server: Server,
    documents: Sequence[Document[object]],
    login: str,
    note: str,
    *,
    exactly: bool = False,
    trial_team: str = "",
) -> Published:
    """Write rules down as drafts and publish the draft, in one act of whoever has this login.

    `exactly`: the draft says nothing but this and what ships. KnownError ("no_account",
    "forbidden", "rules_too_large", "no_team"); then nothing was written.
    """
    actor, replica = _actor(server, login), server.replica
    team = _team(server, trial_team) if trial_team else ""
    with server.reading() as connection:
        before = rule_versions.for_everybody(connection, replica.tables)
    with replica.write(actor, f"发布规则：{note}"[:200]) as (unit, _):
        if exactly:
            take_over(unit, documents, [str(one["id"]) for one in unit.find(Query(RULE))])
        else:
            keep_rules(unit, documents)
        after = draft_of(unit.find(Query(RULE, sort=(Sort("position"),))))
        at = iso_moment(server.clock.now())
        made = publish(
            unit, publishable(after), note=note, author=actor.user_id, at=at, trial_team=team
        )  # fmt: skip
    return Published(len(after.documents), _changed(before, after), made)


def _changed(before: RuleSet, after: RuleSet) -> int:
    return len(difference(before, after))


def _team(server: Server, named: str) -> str:
    found = [
        str(one["id"]) for one in server.replica.find(Query("team"))
        if named in (one["id"], one.get("name"))
    ]  # fmt: skip
    if len(found) != 1:
        raise KnownError(
            f"没有找到唯一的团队「{named}」，没有发布。",
            f"There is not exactly one team “{named}”; nothing was published.",
            code="no_team",
        )
    return found[0]


def _actor(server: Server, login: str) -> Actor:
    with server.reading() as connection:
        account = accounts.account_named(connection, server.tables, login)
        actor = actor_of(connection, server.replica.tables, account.user_id)
    if actor is None or not account.active:
        raise KnownError(
            f"没有账号 {login}，或已停用。没有发布。",
            f"There is no active account {login}. Nothing was published.",
            code="no_account",
        )
    return actor
