"""What years of work leave behind: visits, their follow-ups and tasks, at known customers."""

from collections.abc import Iterator, Sequence

from crm_core.model.values import Value

Row = dict[str, Value]

_SUMMARIES = (
    "主任同意试用两周，月底前要看到报价单和同级医院的案例。",
    "科室新换了采购负责人，约下周三上午再谈，带上样品和检测报告。",
    "对价格有顾虑，希望分两批付款；竞品已经报过价。",
    "家长想先试听一节课，周末带孩子过来，重点问了师资和退费。",
)
_NEXT = ("月底前报价", "周三带样品", "核实付款方式", "安排试听")


def visits(total: int, customer_ids: Sequence[str], owners: Sequence[str]) -> Iterator[Row]:
    """That many, spread over customers and years."""
    for number in range(total):
        yield {
            "customer": customer_ids[number * 7 % len(customer_ids)],
            "purpose": ("first", "regular", "demo")[number % 3],
            "started_at": _moment(number),
            "summary": f"{_SUMMARIES[number % 4]}（{number}）",
            "sentiment": ("+", "-")[number % 2],
            "owner": owners[number % len(owners)],
        }


def follow_ups(
    total: int, visit_ids: Sequence[str], customer_ids: Sequence[str], owners: Sequence[str]
) -> Iterator[Row]:
    """One to a visit, as far as they go."""
    for number in range(total):
        yield {
            "action": ("visited", "called", "sent", "quoted")[number % 4],
            "conclusion": f"同意试用，{_NEXT[number % 4]}",
            "next_step": _NEXT[number % 4],
            "happened_at": _moment(number),
            "customer": customer_ids[number * 7 % len(customer_ids)],
            "visit": visit_ids[number % len(visit_ids)],
            "owner": owners[number % len(owners)],
        }


def tasks(
    total: int, visit_ids: Sequence[str], customer_ids: Sequence[str], owners: Sequence[str]
) -> Iterator[Row]:
    """What was promised on visits, most of it done."""
    for number in range(total):
        yield {
            "title": f"{_NEXT[number % 4]}（{number}）",
            "kind": ("promise", "next")[number % 2],
            "state": "open" if number % 9 == 0 else "done",
            "due_at": _moment(number + 300_000),
            "customer": customer_ids[number * 7 % len(customer_ids)],
            "visit": visit_ids[number % len(visit_ids)],
            "owner": owners[number % len(owners)],
        }


def _moment(number: int) -> str:
    day = number * 13 % 336
    year, hour, minute = 2020 + number % 6, 8 + number % 10, number * 7 % 60
    return f"{year}-{day // 28 + 1:02d}-{day % 28 + 1:02d}T{hour:02d}:{minute:02d}:00Z"
