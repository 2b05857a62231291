"""Over a bad line: how long until a visit that was logged offline is on the server."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.sync.company import found_company
from benchmarks.sync.figures import Figure, measured
from benchmarks.sync.laptop import Laptop
from benchmarks.sync.line import Line, Quality
from benchmarks.sync.serving import serving
from crm_core.model.query import Query
from desktop.services.commands.visits import FollowUpDraft, TaskDraft, VisitDraft, do_log_visit
from desktop.services.online.sync_loop import SyncLoop

_PATIENCE = 120.0
_OFFLINE_SECONDS = 1.0
"""Long enough for the loop to have tried in vain."""


def bad_line_figures(folder: Path, *, repeats: int) -> Iterator[Figure]:
    """Seconds from the moment there is a line again; 50 ms each way, 1 % loss, 256 kbit/s."""
    company = found_company(folder / "server", records=50)
    with ExitStack() as stack:
        server = stack.enter_context(serving(company.folder.root))
        line = stack.enter_context(closing(Line(server.url, Quality())))
        office = Laptop(folder / "office", server.url, company.managers[0])
        road = Laptop(folder / "road", line.url, company.reps[0])
        for laptop in (office, road):
            stack.enter_context(closing(laptop))
            laptop.fill()
        loop = SyncLoop(road.workspace, on_status=lambda _: None)
        stack.callback(loop.stop)
        loop.start()
        line.worsen()
        runs = [_until_arrived(road, office, line, loop) for _ in range(repeats)]
    yield measured("bad line: visit logged offline → on the server", runs)


def _until_arrived(road: Laptop, office: Laptop, line: Line, loop: SyncLoop) -> float:
    """Log a visit without a line, give it one, and watch the server from the office."""
    line.cut()
    before = _visits(office)
    do_log_visit(road.workspace, _draft(road))
    time.sleep(_OFFLINE_SECONDS)
    line.mend()
    loop.send_now()
    begun = time.perf_counter()
    while _visits(office) == before:
        if time.perf_counter() - begun > _PATIENCE:
            raise RuntimeError("the visit never arrived")
        time.sleep(0.02)
    return time.perf_counter() - begun


def _visits(office: Laptop) -> int:
    office.pull()
    return office.workspace.replica.count(Query("visit"))


def _draft(road: Laptop) -> VisitDraft:
    return VisitDraft(
        customer_id=road.customer_ids(1)[0],
        started_at=road.workspace.clock.iso(),
        purpose="regular",
        summary="主任同意试用两周，月底前给报价；下周三带样品和检测报告再去一次。",
        tasks=(TaskDraft("月底前报价", kind="promise"), TaskDraft("周三带样品")),
        follow_up=FollowUpDraft("visited", "同意试用", "月底前报价"),
    )
