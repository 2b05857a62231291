"""How far signing in is, in words: the strip below the sign-in form."""

from desktop.services.online.first_fill import FillProgress
from desktop.views.widgets.progress import ProgressStrip


class FillStrip(ProgressStrip):
    """Knows the words for every step of the first fill, and for those before it."""

    def show_fill(self, far: FillProgress, *, paused: bool) -> None:
        """So much has come."""
        share = far.received / far.total if far.total else None
        self.set_progress(self._words(far, paused=paused), share)
        self.offer_holding(offered=bool(far.total), held=paused)

    def show_held(self, *, renewing: bool) -> None:
        """Nobody can sign in yet."""
        removing = self.tr("Handing over unsent changes and removing the data…")
        words = self.tr("Connecting to the server…") if renewing else removing
        self.set_progress(words, None, cancellable=False)

    def show_browser(self) -> None:
        """The person is to go on elsewhere."""
        self.set_progress(self.tr("Continue in your browser. This window goes on by itself."), None)

    def show_stopping(self) -> None:
        """It was asked to end."""
        self.set_progress(self.tr("Stopping…"), None, cancellable=False)

    def _words(self, far: FillProgress, *, paused: bool) -> str:
        if far.preparing:
            return self.tr("The server is preparing your records…")
        if not far.total:
            words = self.tr("Receiving your records… {0}").format(f"{far.received:,}")
            return words if far.received else self.tr("Signing in…")
        form = (
            self.tr("Paused at {0} of {1} MB")
            if paused
            else self.tr("Downloading your records… {0} of {1} MB")
        )
        return form.format(_megabytes(far.received), _megabytes(far.total))


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f}"
