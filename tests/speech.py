"""What tests of speech share: the real model, small models for download tests, a flaky server.

Import these where they are needed; `vosk_model` is the only one that reaches outside the test.
"""

import hashlib
import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from crm_core.errors import KnownError
from desktop.services.voice.model_specs import ModelSpec, Part
from desktop.services.voice.models import DEFAULT_MODEL, open_store

WAV = Path(__file__).parent / "data" / "wav"

SAID = (WAV / "p-edu-00.wav").read_bytes()[44 : 44 + 86_400]
"""记录林女士咨询雅思基础班, in 2.7 seconds of 16-bit sound: to understand it costs half as many."""


@cache
def real_model() -> Path:
    """The real model's folder, fetched into the real cache; skips where it cannot be had.

    Looked at once: its checksums take an eighth of a second.
    """
    with httpx.Client() as http:
        store = open_store(http, os.environ)
        try:
            return store.fetch(DEFAULT_MODEL, lambda _: None, lambda: False)
        except KnownError as error:
            pytest.skip(f"the Vosk model cannot be had here: {error.english}")


def a_model(*, url: str = "http://127.0.0.1:9/none.zip") -> tuple[ModelSpec, dict[str, bytes]]:
    """A model of three parts, one of them big and incompressible, and the parts' content."""
    noise = b"".join(hashlib.sha512(str(n).encode()).digest() for n in range(12_000))
    content = {"am/final.mdl": noise, "conf/mfcc.conf": b"--rate=16000\n", "graph/empty.conf": b""}
    parts = tuple(
        Part(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in content.items()
    )
    spec = ModelSpec("tiny-cn", "zh-CN", "Apache-2.0", "Suixing", url, None, parts)
    return spec, content


def a_zip(path: Path, content: dict[str, bytes], *, prefix: str = "tiny-cn/") -> Path:
    """Write `content` below `prefix` into a zip at `path`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(prefix + name, data)
    return path


@dataclass
class FlakyServer:
    """A real HTTP server for one body: it honours ranges, and breaks off where it is told to."""

    body: bytes
    break_after: list[int] = field(default_factory=list)
    ranges: bool = True
    status: int | None = None
    url: str = ""
    asked_from: list[int] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator["FlakyServer"]:
        """Serve on a free port until the block ends."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/tiny-cn.zip"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(flaky: FlakyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if flaky.status is not None:
                self.send_error(flaky.status)
                return
            wanted = self.headers.get("Range", "") if flaky.ranges else ""
            start = int(wanted.removeprefix("bytes=").rstrip("-") or 0)
            flaky.asked_from.append(start)
            total = len(flaky.body)
            if start >= total:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{total}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(total - start))
            if wanted:
                self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
            self.end_headers()
            rest = flaky.body[start:]
            self.wfile.write(rest[: flaky.break_after.pop(0)] if flaky.break_after else rest)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a test's output is its verdict."""

    return Handler
