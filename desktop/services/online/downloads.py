"""Fetching one big file over HTTP so that a broken connection costs nothing already received.

Bytes land in a `.part` file; the next attempt, in this run or a later one, asks only for the rest.
Whoever calls checks the content: nothing here knows what the file is for.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from crm_core.errors import KnownError
from desktop.services.cancelling import Cancelled

_TIMEOUT = httpx.Timeout(30.0, connect=4.0)
_HOPELESS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.ProxyError,
    httpx.TooManyRedirects,
    httpx.UnsupportedProtocol,
)
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_WINDOWS_NO_ROOM = {39, 112}


class DownloadFailed(KnownError):
    """This address did not deliver; what arrived is kept for the next attempt."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"从 {url} 下载失败（{reason}）。已收到的部分保留着，下次从断点继续。",
            f"The download from {url} failed ({reason}). What arrived is kept and the next "
            "attempt continues from there.",
            code="download.failed",
        )
        self.reason = reason


class _WrongFile(Exception):
    """What the address sends cannot be the file wanted, so none of it is worth keeping."""


class DiskFull(KnownError):
    """There is no room for the file at `path`."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"磁盘空间不足，写不下 {path}。已写好的内容都保留着；请腾出空间后再试。",
            f"The disk is full: {path} could not be written. Everything written before is kept; "
            "free some space and try again.",
            code="disk.full",
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch, where it lands, and how it is watched.

    `on_bytes(done, total)` is called as bytes arrive (`total` is None where the server does not
    say); `limit` is the number of bytes after which the answer cannot be the file wanted.
    """

    url: str
    target: Path
    limit: int
    on_bytes: Callable[[int, int | None], None]
    cancelled: Callable[[], bool]
    attempts: int = 4


@contextmanager
def room_on_disk(path: Path) -> Iterator[None]:
    """Turn "no space", "over quota" and "file too large here" into one sentence about `path`."""
    try:
        yield
    except OSError as error:
        windows = getattr(error, "winerror", None)
        if error.errno in _NO_ROOM or windows in _WINDOWS_NO_ROOM:
            raise DiskFull(path) from error
        raise


def download(http: httpx.Client, request: Request) -> Path:
    """Fetch `request.url` into `request.target`, resuming; the finished path is returned.

    Raises DownloadFailed (unreachable, refused, or broken more often than `attempts` allows),
    Cancelled, or DiskFull. An attempt which brought new bytes does not count.
    """
    part = partial_path(request.target)
    part.parent.mkdir(parents=True, exist_ok=True)
    left = request.attempts
    while True:
        before = _size(part)
        try:
            _one_attempt(http, request, part)
        except _WrongFile as error:
            part.unlink(missing_ok=True)
            raise DownloadFailed(request.url, str(error)) from error
        except (httpx.RequestError, httpx.InvalidURL) as error:
            left = request.attempts if _size(part) > before else left - 1
            if left <= 0 or isinstance(error, _HOPELESS):
                raise DownloadFailed(request.url, _reason(error)) from error
        else:
            part.replace(request.target)
            return request.target


def partial_path(target: Path) -> Path:
    """Where the bytes of an unfinished `target` wait."""
    return target.with_name(target.name + ".part")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _one_attempt(http: httpx.Client, request: Request, part: Path) -> None:
    done = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
    with http.stream(
        "GET", request.url, headers=headers, timeout=_TIMEOUT, follow_redirects=True
    ) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            _settle_unsatisfiable(response, part)
            return
        if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise DownloadFailed(request.url, f"HTTP {response.status_code}")
        _receive(response, request, part)


def _settle_unsatisfiable(response: httpx.Response, part: Path) -> None:
    """Nothing is left to send: either everything is here, or this is the rest of another file."""
    total = response.headers.get("Content-Range", "").rpartition("/")[2]
    if total.isdigit() and int(total) == _size(part):
        return
    part.unlink(missing_ok=True)
    raise httpx.RemoteProtocolError("the file changed on the server")


def _receive(response: httpx.Response, request: Request, part: Path) -> None:
    start = _start_of(response)
    if start not in (0, _size(part)):
        part.unlink(missing_ok=True)
        raise httpx.RemoteProtocolError("the server continued at the wrong place")
    length = response.headers.get("Content-Length", "")
    total = start + int(length) if length.isdigit() else None
    if (total or 0) > request.limit:
        raise _WrongFile(f"{total} bytes is not the file expected")
    with room_on_disk(part), part.open("ab" if start else "wb") as stream:
        _write_all(response, request, stream.write, (start, total))


def _write_all(
    response: httpx.Response,
    request: Request,
    write: Callable[[bytes], int],
    position: tuple[int, int | None],
) -> None:
    done, total = position
    request.on_bytes(done, total)
    for chunk in response.iter_raw():  # unbuffered: what arrived is on disk before a break
        if request.cancelled():
            raise Cancelled
        write(chunk)
        done += len(chunk)
        if done > request.limit:
            raise _WrongFile("the answer is longer than the file expected")
        request.on_bytes(done, total)


def _start_of(response: httpx.Response) -> int:
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        return 0
    first = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdigit() else -1
