"""For how long a replica opens without contact with its server: pure, told every moment.

Moments are milliseconds since 1970 by the server's clock, as far as this computer can tell it.
What is kept, and when, is in `lease_keeper`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from crm_core.clock import CHINA
from crm_core.errors import KnownError

DAYS, WARN_DAYS = 30, 3
"""Where no policy says otherwise."""
LONGEST_DAYS = 365
DAY_MS = 86_400_000
TOLERANCE_MS = 3_600_000
"""A clock behind the latest moment seen by no more than this is put right by nobody: it drifts,
and what a crash leaves is written ahead (see `lease_keeper`)."""


class Standing(StrEnum):
    """How a lease stands."""

    GOOD = "good"
    ENDING = "ending"
    OVER = "over"
    CLOCK_BACK = "clock_back"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the replica may be used now, and for how long."""

    standing: Standing
    left_ms: int
    """Time left; 0 where it is over."""
    ends_ms: int

    @property
    def usable(self) -> bool:
        """Whether work may go on."""
        return self.standing in (Standing.GOOD, Standing.ENDING)

    @property
    def warning(self) -> KnownError | None:
        """What to say while it is ending; else None."""
        if self.standing is not Standing.ENDING:
            return None
        end = datetime.fromtimestamp(self.ends_ms / 1000, UTC).astimezone(CHINA)
        days = math.ceil(self.left_ms / DAY_MS)
        return KnownError(
            f"离线使用期还剩 {days} 天，到 {end:%m-%d %H:%M}。请在那之前联网同步一次；"
            "到期后要联网才能打开，数据和没有发送的修改都会保留。",
            f"{days} day(s) of offline use are left, until {end:%m-%d %H:%M} (China). Connect once "
            "before then; afterwards the app opens only online. Data and unsent changes are kept.",
            code="lease_ending",
        )

    def refusal(self) -> KnownError:
        """What to say where it may not be used."""
        if self.standing is Standing.CLOCK_BACK:
            return KnownError(
                "这台电脑的时钟比上次使用时还早，无法判断离线使用期。请连接网络并登录一次；"
                "数据和没有发送的修改都在，没有改动。",
                "This computer's clock is earlier than when it was last used, so the time allowed "
                "offline cannot be told. Connect and sign in once; data and unsent changes are "
                "all here, untouched.",
                code="clock_back",
            )
        return KnownError(
            "太久没有连接服务器，离线使用期已到。请连接网络并登录一次；"
            "数据和没有发送的修改都在，不用重新下载。",
            "It has been too long since the last contact with the server, so offline use is over. "
            "Connect and sign in once; data and unsent changes are all here, nothing is downloaded "
            "again.",
            code="lease_over",
        )


@dataclass(frozen=True, slots=True)
class Lease:
    """When the server was last reached, and the latest moment ever seen."""

    contact_ms: int
    seen_ms: int
    days: int = DAYS
    warn_days: int = WARN_DAYS

    def contacted(self, server_ms: int) -> "Lease":
        """The server said what time it is: from here the lease begins anew."""
        return replace(self, contact_ms=server_ms, seen_ms=server_ms)

    def passed(self, elapsed_ms: int, now_ms: int) -> "Lease":
        """`elapsed_ms` of use went by, whatever the clock says; it says `now_ms`."""
        return replace(self, seen_ms=max(self.seen_ms + max(0, elapsed_ms), now_ms))

    def under(self, policy: Mapping[str, object] | None) -> "Lease":
        """The same under the organisation's policy, as its record has it."""
        days = _number(policy, "lease_days", DAYS)
        return replace(
            self, days=min(max(days, 1), LONGEST_DAYS),
            warn_days=max(0, _number(policy, "lease_warn_days", WARN_DAYS)),
        )  # fmt: skip

    def verdict(self, now_ms: int) -> Verdict:
        """Whether it may be used at `now_ms`. A clock set back extends nothing."""
        ends = self.contact_ms + self.days * DAY_MS
        left = ends - max(now_ms, self.seen_ms)
        if left <= 0:
            return Verdict(Standing.OVER, 0, ends)
        if now_ms < self.seen_ms - TOLERANCE_MS:
            return Verdict(Standing.CLOCK_BACK, 0, ends)
        ending = left <= self.warn_days * DAY_MS
        return Verdict(Standing.ENDING if ending else Standing.GOOD, left, ends)


def _number(policy: Mapping[str, object] | None, name: str, otherwise: int) -> int:
    value = policy.get(name) if policy else None
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
