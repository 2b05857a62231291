"""What the demo did, as a report for people (Markdown) and for machines (JSON)."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Check:
    """One statement that either held or did not, with what was seen."""

    statement: str
    held: bool
    seen: str = ""


@dataclass(slots=True)
class Step:
    """One step of the story."""

    number: int
    title: str
    checks: list[Check] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    error: str = ""

    @property
    def held(self) -> bool:
        """Whether every check held and nothing was raised."""
        return bool(self.checks) and not self.error and all(c.held for c in self.checks)

    def check(self, statement: str, *, held: bool, seen: object = "") -> None:
        """Note whether a statement held."""
        self.checks.append(Check(statement, held, str(seen)))


def write_report(folder: Path, steps: Sequence[Step], *, notes: Sequence[str]) -> None:
    """Write `report.md` and `report.json` into the folder."""
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["# 随行：一个销售的一天 · Suixing: a rep's day", "", machine, ""]
    lines += [f"> {note}" for note in notes] + [""]
    for step in steps:
        lines += _step_lines(step)
    (folder / "report.md").write_text("\n".join(lines), encoding="utf-8")
    facts = {
        "machine": machine,
        "held": all(step.held for step in steps),
        "notes": list(notes),
        "steps": [asdict(step) | {"held": step.held} for step in steps],
    }
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    (folder / "report.json").write_text(text, encoding="utf-8")


def _step_lines(step: Step) -> list[str]:
    mark = "✓" if step.held else "✗"
    lines = [f"## {mark} {step.number}. {step.title}  ({step.seconds:.1f} s)", ""]
    for check in step.checks:
        seen = f" — {check.seen}" if check.seen else ""
        lines.append(f"- {'✓' if check.held else '✗ **did not hold**'} {check.statement}{seen}")
    if step.error:
        lines += ["", "```", step.error, "```"]
    lines += ["", *(f"![{name}]({name})" for name in step.pictures), ""]
    return lines
