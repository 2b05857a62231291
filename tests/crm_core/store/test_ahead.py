"""What is worked out ahead comes in its order, and what goes wrong with it in its turn."""

import sys
import threading
from collections.abc import Iterator

import pytest

from crm_core.store.imports.ahead import ahead


def test_the_next_is_worked_out_once_it_is_asked_for_and_no_sooner() -> None:
    begun: list[int] = []
    asked = threading.Event()

    def numbers() -> Iterator[int]:
        for number in range(1, 4):
            begun.append(number)
            asked.set()
            yield number
        raise ValueError("the file ends here")

    found: list[int] = []
    turn = sys.getswitchinterval()

    def take() -> None:
        with ahead(numbers()) as parts:
            for one in parts:
                found.append(one)
                assert begun[-1] == one
                asked.clear()
                parts.further()
                if one < 3:
                    assert asked.wait(5)

    with pytest.raises(ValueError, match="ends here"):
        take()
    assert found == [1, 2, 3]
    assert sys.getswitchinterval() == turn
    assert not [one for one in threading.enumerate() if one.name.startswith("ahead")]
