"""The list of planted bugs stays fit to be planted; `python3 make.py mutants` plants them."""

import ast
from pathlib import Path

import pytest

from tests.sync_proof import mutants
from tests.sync_proof.planted import MUTANTS


def test_every_bug_still_fits_the_code_exactly_once() -> None:
    assert list(mutants.misfits()) == []


def test_every_bug_leaves_code_that_can_be_read(tmp_path: Path) -> None:
    for mutant in MUTANTS:
        for change in mutant.changes:
            text = (mutants.ROOT / change.file).read_text(encoding="utf-8")
            ast.parse(text.replace(change.old, change.new))
            assert change.old != change.new


def test_every_bug_names_stories_that_are_told() -> None:
    told = {
        place: [
            node.name
            for node in ast.parse((mutants.ROOT / place).read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        for place in {mutant.told_in for mutant in MUTANTS}
    }
    for mutant in MUTANTS:
        for word in mutant.stories.split(" or "):
            assert any(word in name for name in told[mutant.told_in]), f"{mutant.name}: {word}"
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 14


def test_a_bug_that_does_not_fit_is_not_planted_quietly(tmp_path: Path) -> None:
    change = MUTANTS[0].changes[0]
    target = tmp_path / change.file
    target.parent.mkdir(parents=True)
    target.write_text(change.old * 2, encoding="utf-8")
    with pytest.raises(ValueError, match=MUTANTS[0].name):
        mutants.plant(MUTANTS[0], tmp_path)
