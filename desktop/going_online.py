"""When the line to the server is opened: once the window stands and its first page is drawn.

The line brings large modules, and receiving works the interpreter hard; before, both took turns
with the drawing of the first page and made a start nearly twice as long.
"""

from desktop.services.online.blob_sync import BlobSync
from desktop.services.online.sync_loop import SyncLoop
from desktop.viewmodels.session import Session
from desktop.views.after_start import after_first_page
from desktop.views.lazy_pages import load_ahead


def go_online_later(session: Session, loop: SyncLoop, files: BlobSync) -> None:
    """Begin to exchange records and files after whatever the window has asked for so far, and load
    the pages that come next."""

    def begin() -> None:
        if not session.over:
            loop.start()
            files.start()
            files.heard(loop.status)
            session.tasks.free(load_ahead, on_done=ask_ahead, owner=session)

    def ask_ahead(_: object) -> None:
        if session.over:  # Closed while modules were loaded.
            return
        # Put into words here, what the first list asks of its entity does not hold the window.
        ahead, nowhere = session.workspace, (-1,)
        session.tasks.look(ahead.layout, "customer", owner=session)
        session.tasks.look(ahead.replica.rows, "customer", nowhere, owner=session)

    after_first_page(session, session, begin)
