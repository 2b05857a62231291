"""What make.py says to the person in front of it, and how it stops. Stdlib only."""

import sys


class Stop(Exception):
    """The bootstrap cannot go on; `sentence` tells what happened and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def say(sentence: str) -> None:
    """One line of progress or advice, in both languages where it matters."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def say_in_place(sentence: str, *, last: bool = False) -> None:
    """A line that the next one overwrites, on a terminal; elsewhere only the last is written."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r{sentence:<78.78}" + ("\n" if last else ""))
    elif last:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
