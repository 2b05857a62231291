"""Looking after the speech model outside of dictation: state, check, fetch, import from a zip.

Every call may take seconds and belongs on a worker thread. Recognising speech is in `speech`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from desktop.services.cancelling import CancelToken
from desktop.services.models import DEFAULT_MODEL, ModelStore, OnProgress, open_store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ModelState:
    """The model as it lies on the disk."""

    id: str
    folder: Path
    installed: bool
    size: int
    """Bytes once unpacked."""
    licence: str
    attribution: str


class ModelCare:
    """One model of this computer, opened anew for each act."""

    def __init__(
        self,
        open_its_store: Callable[[httpx.Client], ModelStore],
        *,
        model_id: str = DEFAULT_MODEL,
        open_http: Callable[[], httpx.Client] = httpx.Client,
    ) -> None:
        self._open_store = open_its_store
        self._model_id = model_id
        self._open_http = open_http

    @classmethod
    def of_this_computer(cls, environ: Mapping[str, str]) -> "ModelCare":
        """`environ` names the models' folder and the mirror, see `models.open_store`."""
        return cls(lambda http: open_store(http, environ))

    def state(self) -> ModelState:
        """Whether every part is there in its full size; quick."""
        return self._with_store(self._state_in)

    def verify(self) -> tuple[str, ...]:
        """Paths of missing or damaged parts by checksum; empty means sound."""
        return self._with_store(lambda store: store.verify(self._model_id))

    def fetch(self, progress: OnProgress, token: CancelToken) -> ModelState:
        """Get the model; raises what `ModelStore.fetch` raises."""

        def fetched(store: ModelStore) -> ModelState:
            store.fetch(self._model_id, progress, token.cancelled)
            return self._state_in(store)

        return self._with_store(fetched)

    def import_zip(self, path: Path) -> ModelState:
        """Take the model from IT's zip; raises what `ModelStore.import_zip` raises."""

        def imported(store: ModelStore) -> ModelState:
            store.import_zip(path, self._model_id)
            return self._state_in(store)

        return self._with_store(imported)

    def _state_in(self, store: ModelStore) -> ModelState:
        spec = store.spec(self._model_id)
        return ModelState(
            id=spec.id,
            folder=store.root / spec.id,
            installed=store.installed(self._model_id) is not None,
            size=spec.size,
            licence=spec.licence,
            attribution=spec.attribution,
        )

    def _with_store(self, act: Callable[[ModelStore], T]) -> T:
        with self._open_http() as http:
            return act(self._open_store(http))
