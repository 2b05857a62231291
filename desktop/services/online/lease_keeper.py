"""Keeping a lease in the encrypted replica, while the program runs and between two runs.

A minute of use is written down before it is used: ending the program by force saves nothing, it
only costs what was written ahead. An orderly end writes what was really used.
"""

import threading
import time
from collections.abc import Callable

from crm_core.clock import Clock
from crm_core.store.replica import Replica
from desktop.services.online.lease import Lease, Verdict

KEY = "lease"
AHEAD_MS = 120_000
"""Use that is paid for before it happens."""
_RENEW_SECONDS = 600.0


class LeaseKeeper:
    """The lease of one open replica. Safe to use from several threads."""

    def __init__(
        self, replica: Replica, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._replica = replica
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._offset_ms = 0
        """Server time minus ours at the last contact; what stamps are corrected by may lag."""
        self._lease = self._kept()
        self._last = monotonic()
        self._paid_ms = 0
        """Up to where use is written down."""
        self._contact: float | None = None

    def look(self) -> Verdict:
        """How it stands now, under the policy as it is now."""
        with self._lock:
            self._move_on()
            return self._lease.verdict(self._now_ms())

    def tick(self) -> Verdict:
        """`look`, and write down what is used until the next one. At least once a minute."""
        with self._lock:
            self._move_on()
            verdict = self._lease.verdict(self._now_ms())
            if self._lease.seen_ms + AHEAD_MS // 2 > self._paid_ms:
                self._paid_ms = self._lease.seen_ms + (AHEAD_MS if verdict.usable else 0)
                self._write(self._paid_ms)
            return verdict

    def contacted(self, server_ms: int) -> None:
        """The server was reached and took this session; it says what time it is."""
        with self._lock:
            self._lease = self._lease.contacted(server_ms)
            self._offset_ms = server_ms - self._clock.millis()
            self._last, self._contact = self._monotonic(), self._monotonic()
            self._paid_ms = server_ms
            self._write(server_ms)

    @property
    def renewal_due(self) -> bool:
        """Whether the last contact noted is some minutes ago, or before this run."""
        noted = self._contact
        return noted is None or self._monotonic() - noted >= _RENEW_SECONDS

    def end(self) -> None:
        """The program ends in order: what was paid ahead and not used is given back."""
        with self._lock:
            if self._paid_ms:
                self._move_on()
                self._paid_ms = 0
                self._write(self._lease.seen_ms)

    def _now_ms(self) -> int:
        return self._clock.millis() + self._offset_ms

    def _move_on(self) -> None:
        mark = self._monotonic()
        elapsed = int((mark - self._last) * 1000)
        self._last = mark
        policy = self._replica.record("policy", "policy")
        self._lease = self._lease.under(policy).passed(elapsed, self._now_ms())

    def _kept(self) -> Lease:
        found = self._replica.meta(KEY)
        numbers = found if isinstance(found, dict) else {}
        contact, seen, offset = (numbers.get(name) for name in ("contact", "seen", "offset"))
        if isinstance(contact, int) and isinstance(seen, int) and isinstance(offset, int):
            self._offset_ms = offset
            return Lease(contact, seen)
        now = self._now_ms()  # From before there were leases: it begins now.
        return Lease(now, now)

    def _write(self, seen_ms: int) -> None:
        kept = {"contact": self._lease.contact_ms, "seen": seen_ms, "offset": self._offset_ms}
        self._replica.remember(**{KEY: kept})
