"""Photos to attach, and looks at what became of them: what tests of attachments stand on."""

import hashlib
import os
from pathlib import Path

from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.attachments.blob_ledger import Held
from desktop.services.commands.verbs import do_create
from desktop.services.papers.attachments import do_attach
from desktop.services.workspace import Workspace

HOSPITAL = {"name": "同济医院", "kind": "organisation"}


def a_photo(folder: Path, *, size: int = 300_000, name: str = "照片.jpg") -> Path:
    """A file nobody else has."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def address_of(path: Path) -> str:
    """Its content address."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def attach(desk: Workspace, *paths: Path) -> str:
    """Attach files to a new customer; the customer."""
    customer = do_create(desk, "customer", HOSPITAL).record_id
    do_attach(desk, paths, {"customer": customer})
    return customer


def held(desk: Workspace, address: str) -> Held | None:
    """What the ledger says."""
    replica = desk.replica
    return replica.read(lambda c: ledger.held(c, replica.tables, [address])).get(address)


def has(desk: Workspace, address: str) -> bool:
    """Whether ledger and folder agree that the file is here."""
    row = held(desk, address)
    here = row is not None and row.here
    assert desk.blobs.has(address) is here
    return here


def shows(folder: Path, content: bytes) -> list[Path]:
    """The files below a folder in which any run of 24 bytes of `content` stands plain."""
    runs = [content[start : start + 24] for start in range(0, len(content) - 24, 4_000)]
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        if any(run in raw for run in runs):
            found.append(path)
    return found


def a_pdf(pages: int, *, size: tuple[int, int] = (595, 842), drawn: str = "") -> bytes:
    """A small PDF by hand: blank pages, or each with the drawing operators `drawn`."""
    stream = drawn.encode()
    kids = " ".join(f"{3 + number} 0 R" for number in range(pages))
    box = f"[0 0 {size[0]} {size[1]}]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        *(
            f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents {3 + pages} 0 R >>".encode()
            for _ in range(pages)
        ),
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    )
