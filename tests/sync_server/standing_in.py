"""Stand-ins for robots and mailboxes, in this process: what they were sent can be looked at."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass(slots=True)
class Robot:
    """Takes what is posted, as long as it is told to."""

    port: int
    took: list[str] = field(default_factory=list)
    answer: int = 200


@contextmanager
def a_robot() -> Iterator[Robot]:
    """A web hook that answers `answer`."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            robot.took.append(body.decode())
            self.send_response(robot.answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        robot = Robot(server.server_address[1])
        with _running(server):
            yield robot


@contextmanager
def a_mailbox() -> Iterator[Robot]:
    """An SMTP server that takes every mail."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self._mail()
                    continue
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")

        def _mail(self) -> None:
            self.wfile.write(b"354 go on\r\n")
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            box.took.append(b"".join(lines).decode())
            self.wfile.write(b"250 taken\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Talk) as server:
        box = Robot(server.server_address[1])
        with _running(server):
            yield box


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
