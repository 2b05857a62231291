"""An organisation with three years of journeys, the same on every machine.

Rows and stage moves go straight into the tables of an encrypted replica; the facts are then made
by the product's own means. Kept in the user's cache.
"""

import hashlib
import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from sqlalchemy import Index

from benchmarks.desktop.clockwork import CLOCK, NOW
from benchmarks.desktop.records import record_id
from crm_core.clock import iso_moment, make_stamp, stamp_ticks
from crm_core.insight.framing import DAY, HOUR, millis
from crm_core.store.engines.engine import writing
from crm_core.store.log.oplog import verb_number
from crm_core.store.measures import facts
from crm_core.store.reading import rows
from crm_core.store.replica import Replica, open_replica
from crm_core.store.schema.encoding import pack
from crm_core.sync.change import Verb

KEY = hashlib.sha256(b"boards").digest()
NODE, _OTHERS = "00000000000000b3", "00000000000000b4"
_BATCH = 20_000
_VERSION = 2
_NOW = millis(NOW)
_YEARS = 3 * 365 * DAY
_PATH = ("captured", "touched", "need", "proposal", "objection", "trial", "won")
_CITIES = ("南京市", "苏州市", "上海市", "杭州市", "合肥市", "武汉市", "广州市", "成都市")
_SOURCES = tuple(f"{one}-2026{month:02}" for one in ("抖音", "展会", "公众号", "转介绍", "百度")
                 for month in range(1, 9))  # fmt: skip
_INDUSTRIES = ("hospital", "clinic", "laboratory", "dealer", "school", "company")
_ACTIONS = ("called", "sent", "visited", "booked", "quoted", "unreached")
_TEAMS, _REPS = 6, 60

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is; the events together are 1.5 million."""

    customers: int = 230_000
    leads: int = 160_000
    opportunities: int = 40_000
    follow_ups: int = 600_000
    visits: int = 200_000
    tasks: int = 150_000

    def divided(self, by: int) -> "Sizes":
        """The same organisation, so many times smaller."""
        return Sizes(**{name: number // by for name, number in asdict(self).items()})


def an_organisation(sizes: Sizes, say: Callable[[str], object]) -> Path:
    """The kept database of that size; made now where there is none. Work on a copy."""
    marks = repr((asdict(sizes), _VERSION, facts.VERSION)).encode()
    name = f"boards-{hashlib.sha256(marks).hexdigest()[:12]}"
    folder = user_cache_path("suixing", appauthor=False) / "bench" / name
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        replica = opened(folder / "replica.db")
        try:
            _fill(replica, sizes, say)
        finally:
            replica.close()
        (folder / "complete").touch()
    return folder / "replica.db"


def opened(path: Path) -> Replica:
    """The database, at the bench's clock."""
    return open_replica(path, clock=CLOCK, key=KEY, node=NODE, keeps_outbox=True)


def make_facts(replica: Replica) -> float:
    """Have all facts made; seconds it took."""
    began = time.perf_counter()
    while replica.keep_facts(5_000):
        pass
    return time.perf_counter() - began


def _fill(replica: Replica, sizes: Sizes, say: Callable[[str], object]) -> None:
    chance = random.Random(7)
    leads = list(_leads(sizes, chance))
    made: dict[str, Iterable[Row]] = {
        "team": ({"id": f"team-{n}", "name": f"销售{n}部"} for n in range(_TEAMS)),
        "user": (
            {"id": _user(n), "name": f"顾问{n}", "login": f"r{n}", "role": "rep",
             "team": f"team-{n % _TEAMS}", "active": 1}
            for n in range(_REPS)
        ),
        "customer": _customers(sizes, chance),
        "opportunity": _opportunities(sizes, chance),
        "lead": (lead for lead, _ in leads),
        "follow_up": _touches(sizes.follow_ups, leads, chance, visit=False),
        "visit": _touches(sizes.visits, leads, chance, visit=True),
        "task": _tasks(sizes, leads, chance),
    }  # fmt: skip
    for entity, some in made.items():
        say(f"writing {entity}")
        _write(replica, entity, iter(some))
    say("writing the moves of leads")
    _write_moves(replica, leads)
    say(f"facts made in {make_facts(replica):.0f} s")


def _user(number: int) -> str:
    return f"user-{number:04d}"


def _iso(moment: int) -> str:
    return iso_moment(NOW.fromtimestamp(moment / 1000, NOW.tzinfo))


def _customers(sizes: Sizes, chance: random.Random) -> Iterator[Row]:
    for number in range(sizes.customers):
        yield {
            "id": record_id("customer", number), "name": f"客户{number}", "kind": "organisation",
            "industry": chance.choice(_INDUSTRIES), "city": chance.choice(_CITIES),
            "owner": _user(number % _REPS),
        }  # fmt: skip


def _opportunities(sizes: Sizes, chance: random.Random) -> Iterator[Row]:
    stages = ("contact", "need", "demo", "quote", "negotiate", "won", "lost")
    for number in range(sizes.opportunities):
        since = _NOW - chance.randrange(_YEARS)
        yield {
            "id": record_id("opportunity", number), "name": f"商机{number}",
            "customer": record_id("customer", chance.randrange(sizes.customers)),
            "stage": chance.choice(stages), "stage_since": _iso(since),
            "amount": chance.randrange(1_000_000), "owner": _user(number % _REPS),
        }  # fmt: skip


Moves = list[tuple[int, str, str, int]]
"""(when, stage, the one before, number of who)"""


def _leads(sizes: Sizes, chance: random.Random) -> Iterator[tuple[Row, Moves]]:
    for number in range(sizes.leads):
        # In the order of their coming, as in life.
        received = _NOW - _YEARS + _YEARS * number // sizes.leads
        owner = chance.randrange(_REPS)
        moves, stage = _journey(received, owner, chance)
        assigned = received + chance.randrange(2 * HOUR)
        response = assigned + int(chance.expovariate(1 / (5 * HOUR)))
        values: Row = {
            "id": record_id("lead", number), "name": f"线索{number}", "stage": stage,
            "grade": chance.choice("ABC"), "source": chance.choice(_SOURCES),
            "customer": record_id("customer", chance.randrange(sizes.customers)),
            "received_at": _iso(received), "assigned_at": _iso(assigned),
            "stage_since": _iso(moves[-1][0] if moves else received), "owner": _user(owner),
            "first_response_at": _iso(response) if response < _NOW and moves else None,
        }  # fmt: skip
        yield values, moves


def _journey(received: int, owner: int, chance: random.Random) -> tuple[Moves, str]:
    moves: Moves = []
    at, place = received, 0
    while _PATH[place] != "won":
        at += int(chance.lognormvariate(0, 1) * 60 * HOUR)
        if at >= _NOW:
            break
        by = owner if chance.random() < 0.9 else chance.randrange(_REPS)
        toss = chance.random()
        if toss < 0.18:
            moves.append((at, "lost", _PATH[place], by))
            return moves, "lost"
        following = place - 1 if toss < 0.24 and place > 1 else place + 1
        moves.append((at, _PATH[following], _PATH[place], by))
        place = following
    return moves, _PATH[place]


def _touches(
    number: int, leads: list[tuple[Row, Moves]], chance: random.Random, *, visit: bool
) -> Iterator[Row]:
    entity = "visit" if visit else "follow_up"
    for place in range(number):
        lead, moves = leads[place * len(leads) // number]
        received = millis(NOW.fromisoformat(lead["received_at"]))
        end = moves[-1][0] if moves else received + DAY
        at = _iso(min(_NOW, received + chance.randrange(max(HOUR, end - received))))
        base: Row = {"id": record_id(entity, place), "customer": lead["customer"],
                     "lead": lead["id"], "owner": lead["owner"]}  # fmt: skip
        if visit:
            yield base | {"purpose": "regular", "started_at": at, "summary": "谈了需求"}
        else:
            yield base | {"action": chance.choice(_ACTIONS), "happened_at": at}


def _tasks(sizes: Sizes, leads: list[tuple[Row, Moves]], chance: random.Random) -> Iterator[Row]:
    for place in range(sizes.tasks):
        lead, _ = leads[place * len(leads) // sizes.tasks]
        received = millis(NOW.fromisoformat(lead["received_at"]))
        due = received + chance.randrange(30 * DAY)
        done = due + chance.randrange(-2 * DAY, DAY)
        yield {
            "id": record_id("task", place), "title": "联系客户", "kind": "next",
            "state": "done" if done < _NOW else "open", "due_at": _iso(due),
            "done_at": _iso(done) if done < _NOW else None, "lead": lead["id"],
            "customer": lead["customer"], "owner": lead["owner"],
        }  # fmt: skip


def _write(replica: Replica, entity: str, some: Iterator[Row]) -> None:
    tables, table = replica.tables, replica.tables.of(entity)
    stamp = stamp_ticks(make_stamp(_NOW - _YEARS, 0, _OTHERS))
    rid = 0
    with writing(replica.engine) as connection:
        indexes: list[Index] = sorted(table.indexes, key=lambda index: str(index.name))
        for index in indexes:
            index.drop(connection)
        author = tables.words.number(connection, _OTHERS)
        while part := list(islice(some, _BATCH)):
            names = [c.name for c in table.columns if c.name in part[0]]
            lines = []
            for values in part:
                rid += 1
                lines.append((rid, values["id"], 1, stamp + rid, author,
                              *(values[name] for name in names if name != "id")))  # fmt: skip
            columns = ("rid", "id", "alive", "created_at", "created_by",
                       *(name for name in names if name != "id"))  # fmt: skip
            rows.insert(connection, tables, table, lines, columns=columns)
        for index in indexes:
            index.create(connection)
        tables.words.keep_new()


def _write_moves(replica: Replica, leads: list[tuple[Row, Moves]]) -> None:
    tables, words = replica.tables, replica.tables.words
    with writing(replica.engine) as connection:
        node, entity = words.number(connection, _OTHERS), words.number(connection, "lead")
        stage = words.number(connection, "stage")
        acts = [(node, n + 1, n + 1, words.number(connection, _user(n)), None, None)
                for n in range(_REPS)]  # fmt: skip
        rows.insert(connection, tables, tables.act, acts)
        lines, number = [], _REPS
        for rec, (_, moves) in enumerate(leads, 1):
            for at, new, before, by in moves:
                number += 1
                lines.append((
                    number, node, number, by + 1, entity, rec, None, verb_number(Verb.SET), stage,
                    pack(new), pack(before), None, at << 16, None, None, None,
                ))  # fmt: skip
            if len(lines) >= _BATCH:
                rows.insert(connection, tables, tables.log, lines)
                lines = []
        rows.insert(connection, tables, tables.log, lines)
        words.keep_new()
