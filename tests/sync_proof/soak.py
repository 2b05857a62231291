"""`python3 make.py soak [--seconds N] [--seed S]`: the machine, by chance, for as long as wanted.

Every round has its own seed, printed before it starts; a failure prints the shortest story that
still fails, and the command that tells it again.
"""

import argparse
import logging
import secrets
import sys
import time
import traceback
from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync_proof.machine import SyncMachine

EXAMPLES, STEPS = 5, 30
"""Worlds a round and steps a world: a round takes about half a minute on a quiet laptop."""


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def one_round(number: int) -> bool:
    """Let the machine run with one seed; whether every promise held."""
    wanted = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=False,
        phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    try:
        run_state_machine_as_test(seed(number)(SyncMachine), settings=wanted)
    except Exception:  # noqa: BLE001 - whatever it is, it is told with its seed
        say(traceback.format_exc())
        return False
    return True


def main(arguments: Sequence[str]) -> int:
    """Rounds until the time is over or a promise is broken."""
    parser = argparse.ArgumentParser(prog="make.py soak")
    parser.add_argument("--seconds", type=int, default=3600, help="how long (an hour)")
    parser.add_argument("--seed", type=int, default=None, help="begin with this seed")
    given = parser.parse_args(arguments)
    logging.getLogger("log.sync").setLevel(logging.ERROR)
    first = given.seed if given.seed is not None else secrets.randbelow(2**31)
    begun, rounds = time.monotonic(), 0
    while rounds == 0 or time.monotonic() - begun < given.seconds:
        number = first + rounds
        say(f"seed {number}: {EXAMPLES} worlds, {time.monotonic() - begun:.0f} s so far")
        if not one_round(number):
            say(f"FAILED. Again: python3 make.py soak --seconds 1 --seed {number}")
            return 1
        rounds += 1
    say(f"{rounds} rounds, {rounds * EXAMPLES} worlds, every promise held.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
