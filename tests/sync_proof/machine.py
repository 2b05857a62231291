"""The machine: everything people, networks, clocks and power cuts do, in any order.

A step never asserts that it worked: what is forbidden, gone or unreachable is part of life. What
must hold is asked at the end, of the real server, the real laptops and fresh ones.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from crm_core.store.engines.faults import Point
from tests.builders import log_of
from tests.sync_proof.devices import Device, PowerCut
from tests.sync_proof.invariants import prove
from tests.sync_proof.ledger import Ledger
from tests.sync_proof.network import Trouble
from tests.sync_proof.newer import NewerLaptop
from tests.sync_proof.template import LAPTOPS, Office, template
from tests.sync_proof.world import PEOPLE, user_of

laptops = st.sampled_from(sorted(LAPTOPS))
places = st.integers(0, 7)
"""Which of the latest records, acts, backups or requests: few, so that people meet."""
_DAY, _YEAR = timedelta(days=1), timedelta(days=365)
SKEWS = (timedelta(), timedelta(seconds=3), timedelta(hours=1), -_DAY, _DAY, _YEAR, -_YEAR)
TAGS = ("重点", "复购", "流失")
POINTS = list(Point)
REPS, ROLES = ("anna", "ben", "carl"), ("rep", "manager", "admin")
MOVES = ("team-north", "team-south", None)
WAYS = (
    "create edit edit edit edit tag tag fill_in delete undo hand_over hand_over",
    "sync sync sync sync sync_a_little pull_first trouble trouble arrive_late",
    "laptop_dies dies_saving server_dies team role custom_field back_up restore restart newer "
    "erase",
    "later later clock_jumps",
)
"""What may happen; what is named more often happens more often."""

Way = Callable[[Device, int, int], object]


class SyncMachine(RuleBasedStateMachine):
    """Five laptops of four people, one server, and whatever may happen to them.

    One rule with many ways: Hypothesis leaves out whole rules at random, and a world without
    writers or without exchanges would prove little.
    """

    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.records: list[str] = []
        self.custom = False

    @initialize(also=st.sampled_from(["boss", "carl", "anna2"]))
    def begin(self, also: str) -> None:
        """A world of our own, in which both teams have customers that others have seen."""
        self.office = template().copy()
        self.world = self.office.world
        self.newer = NewerLaptop(self.world)
        self.create(self.office.laptops["anna"], 2)
        self.create(self.office.laptops["carl"], 1)
        for name in ("anna", "ben", "carl", also):
            self._sync(self.office.laptops[name])

    @rule(
        what=st.sampled_from([word for words in WAYS for word in words.split()]),
        name=laptops, place=places, more=places,
    )  # fmt: skip
    def happens(self, what: str, name: str, place: int, more: int) -> None:
        """Whatever it is; `place` and `more` say what is meant, which, how many, how long."""
        device = self.office.laptops[name]
        for ways in (self._work, self._exchange, self._administer, self._time):
            way = ways().get(what)
            if way is not None:
                way(device, place, more)

    # -- people at work -----------------------------------------------------------------------

    def _work(self) -> dict[str, Way]:
        """Somebody does something at a laptop, in one act."""
        return {
            "create": lambda device, _place, number: self.create(device, 1 + number % 2),
            "edit": self.edit, "tag": self.tag, "fill_in": self.fill_in, "delete": self.delete,
            "undo": self.undo, "hand_over": self.hand_over,
        }  # fmt: skip

    def create(self, device: Device, number: int) -> None:
        """New records."""
        rows = {}
        for _ in range(number):
            token = self.ledger.token()
            rows[f"rec-{token}"] = {
                "name": f"客户 {token}", "kind": "organisation", "owner": device.user_id,
                "tags": [TAGS[0]],
            }  # fmt: skip
        if self._write(device, lambda: device.create("customer", rows)):
            self.records += rows

    def edit(self, device: Device, place: int, more: int) -> None:
        """One field of a record, or of several at once."""
        field = ("city", "name", "remark", "city")[more % 4]
        value = f"{field} {self.ledger.token()}"
        self._change(device, self._some(place, 1 + more // 4), {field: value})

    def tag(self, device: Device, place: int, more: int) -> None:
        """A tag more, or one less."""
        targets = self._some(place, 1)
        held = device.replica.record("customer", targets[0]) or {}
        tags = held.get("tags")
        wanted = set(tags if isinstance(tags, list) else ()) ^ {TAGS[more % len(TAGS)]}
        self._change(device, targets, {"tags": sorted(wanted)})

    def fill_in(self, device: Device, place: int, _more: int) -> None:
        """The company's own field, where this laptop knows it."""
        if device.replica.registry.find("customer", "x_beds") is not None:
            self._change(device, self._some(place, 1), {"x_beds": f"床 {self.ledger.token()}"})

    def delete(self, device: Device, place: int, more: int) -> None:
        """Into the bin."""
        targets = self._some(place, 1 + more % 2)
        self._write(device, lambda: device.delete("customer", targets))

    def undo(self, device: Device, place: int, _more: int) -> None:
        """An act is taken back, perhaps an undoing."""
        if device.groups:
            group = device.groups[-1 - place % len(device.groups)]
            self._write(device, lambda: device.undo(group))

    def hand_over(self, device: Device, place: int, more: int) -> None:
        """A record goes to somebody else, and is perhaps changed in the same breath."""
        login = sorted(PEOPLE)[more % len(PEOPLE)]
        changes: dict[str, object] = {"owner": user_of(login)}
        if more >= len(PEOPLE):
            changes["city"] = f"city {self.ledger.token()}"
        self._change(device, self._some(place, 1), changes)

    # -- syncing, and what comes between ------------------------------------------------------

    def _exchange(self) -> dict[str, Way]:
        """A laptop talks to the server, if the line and the batteries let it."""
        return {
            "sync": lambda device, _place, _more: self._sync(device),
            "sync_a_little": lambda device, steps, _more: self._sync(device, steps=1 + steps % 3),
            "pull_first": lambda device, _place, _more: device.pull_only(),
            "trouble": self.trouble,
            "arrive_late": lambda device, which, _more: device.line.deliver(which),
            "laptop_dies": self.laptop_dies, "dies_saving": self.laptop_dies_saving,
            "server_dies": self.server_dies,
        }  # fmt: skip

    def trouble(self, device: Device, place: int, more: int) -> None:
        """The next requests meet trouble."""
        kinds = list(Trouble)
        device.line.planned.extend([kinds[place % len(kinds)], kinds[more % len(kinds)]])
        self._sync(device)

    def laptop_dies(self, device: Device, place: int, more: int) -> None:
        """The battery ends in the middle of an exchange."""
        device.die_at(POINTS[place % len(POINTS)], visit=1 + more % 3)
        self._sync(device)
        device.spare()

    def laptop_dies_saving(self, device: Device, place: int, more: int) -> None:
        """The battery ends while somebody saves."""
        device.die_at(POINTS[more % len(POINTS)])
        self.edit(device, place, more)
        device.spare()

    def server_dies(self, device: Device, place: int, more: int) -> None:
        """The server dies in the middle of an exchange and is started again."""
        self.world.die_at(POINTS[place % len(POINTS)], visit=1 + more % 3)
        self._sync(device)
        self.world.spare()

    # -- the office, and tomorrow -------------------------------------------------------------

    def _administer(self) -> dict[str, Way]:
        """Something happens at the server."""
        change = self.world.change_person
        return {
            "team": lambda _device, who, to: change(REPS[who % 3], team=MOVES[to % 3]),
            "role": lambda _device, who, to: change(REPS[who % 3], role=ROLES[to % 3]),
            "custom_field": lambda _device, _place, _more: self.add_custom_field(),
            "back_up": lambda _device, _place, _more: self.world.back_up(),
            "restore": lambda _device, place, _more: self.restore(place),
            "compact": lambda _device, place, more: self.compact(place, more),
            "erase": lambda _device, place, _more: self.erase(place),
            "restart": lambda _device, _place, _more: self.world.restart(),
            "newer": lambda _device, place, more: self.write_of_tomorrow(place, more),
        }

    def add_custom_field(self) -> None:
        """The company adds a field of its own."""
        if self.custom:
            return
        boss = self.office.laptops["boss"]
        row = {"entity": "customer", "name": "x_beds", "value_kind": "text", "label": "床位"}
        self.custom = self._write(boss, lambda: boss.create("custom_field", {"field-beds": row}))

    def restore(self, place: int) -> None:
        """The server is put back to a backup."""
        if not self.world.backups:
            return
        before = {o.key: o for o in log_of(self.world.replica)}
        self.world.restore(place)
        self.ledger.note_restore(self.world, before, self.office.laptops.values())
        for operation in self.newer.written:
            self.ledger.lost.pop(operation.key, None)

    def compact(self, place: int, more: int) -> None:
        """The server purges what was deleted, and perhaps does not wait for laptops."""
        self.ledger.note_compaction(self.world, deleted_days=place % 2, silent_days=more % 3)

    def erase(self, place: int) -> None:
        """A record is erased, as those of a person are; laptops go on knowing of it for a while."""
        self.ledger.note_erasure(self.world, ("customer", self._some(place, 1)[0]))

    def write_of_tomorrow(self, place: int, more: int) -> None:
        """A newer laptop sends an entity, a field, a value that this version does not know."""
        token = self.ledger.token()
        if more % 4 == 0:
            made = self.newer.create("gadget", f"rec-{token}", {"name": f"新 {token}"})
            self.newer.change("gadget", made.id, "name", f"更新 {token}", base=made.hlc)
        elif more % 4 == 1:
            values = {"name": f"新 {token}", "kind": "organisation", "x_beds": f"床 {token}"}
            self.records.append(self.newer.create("customer", f"rec-{token}", values).id)
        else:
            record = self._some(place, 1)[0]
            history = self.world.replica.history("customer", record)
            if history and ("customer", record) not in self.ledger.erased:
                seen = max(o.hlc for o in history)
                name = ("shiny", "x_beds")[more % 2]
                self.newer.change("customer", record, name, f"明天 {token}", base=seen)
        self.newer.send()

    # -- time ---------------------------------------------------------------------------------

    def _time(self) -> dict[str, Way]:
        """It passes for everybody (access tokens end after an hour), or jumps on one laptop."""
        return {
            "later": lambda _device, place, _more: self.world.time.advance(
                seconds=(1, 60, 4_000, 90_000)[place % 4]
            ),
            "clock_jumps": lambda device, place, _more: device.set_clock(SKEWS[place % len(SKEWS)]),
        }

    # -- the end ------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Heal, sync until quiet, and ask for every promise."""
        if not hasattr(self, "office"):
            return
        try:
            self.judge()
        finally:
            self.office.close()

    def judge(self) -> None:
        """Every promise, of every laptop that was used and of a fresh one of the same people."""
        self.world.spare()
        self.newer.send()
        used = [d for d in self.office.laptops.values() if d.is_open or d.name in ("anna", "boss")]
        # One fresh laptop costs as much as all the rest; whose it is changes with the story.
        login = used[len(self.ledger.written) % len(used)].login
        fresh = [d for d in self.office.fresh.values() if d.login == login]
        prove(self.world, self.ledger, used, fresh)
        kept = {o.key for o in log_of(self.world.replica)}
        erased = {o.key for o in self.newer.written if (o.entity, o.id) in self.ledger.erased}
        gone = {o.key for o in self.newer.written} - kept - self.ledger.purged.keys() - erased
        assert not gone, "what is of tomorrow was dropped"

    # -- inside -------------------------------------------------------------------------------

    def _some(self, place: int, number: int) -> list[str]:
        """Records, the first ones as often as the last."""
        start = place % len(self.records)
        return self.records[start : start + number]

    def _change(
        self, device: Device, targets: Sequence[str], changes: Mapping[str, object]
    ) -> None:
        self._write(device, lambda: device.change("customer", targets, changes))

    def _write(self, device: Device, act: Callable[[], bool]) -> bool:
        """An act at a laptop, which may die of it; what was committed is taken down."""
        done = False
        try:
            done = act()
        except PowerCut:
            device.close()
        self.ledger.note(device)
        return done

    def _sync(self, device: Device, *, steps: int = 0) -> None:
        try:
            device.sync(steps=steps)
        except PowerCut:
            device.close()
