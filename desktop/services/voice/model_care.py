"""Looking after the speech models outside of dictation: state, check, fetch, import, remove, try.

Every call may take seconds and belongs on a worker thread. Recognising speech is in `speech`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from crm_core.model.schema import Label
from desktop.services.cancelling import CancelToken
from desktop.services.voice.choices import VoiceChoices
from desktop.services.voice.keeping_up import Pace, try_out
from desktop.services.voice.model_trust import Proof
from desktop.services.voice.models import ModelStore, OnProgress, open_store
from desktop.services.voice.recognition import Expected
from desktop.services.voice.speech import model_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ModelState:
    """One model as it lies on the disk; sizes in bytes."""

    id: str
    title: Label
    language: str
    large: bool
    folder: Path
    installed: bool
    size: int
    """Once unpacked, as far as it is known beforehand."""
    disk: int
    """What it takes now, unfinished downloads included."""
    unfinished: int
    """Of a download that was broken off."""
    proof: Proof
    provable: bool
    """Some checksum of it is known: of its parts, or of the maker's zip."""
    licence: str
    attribution: str


class ModelCare:
    """The models of this computer; their store is opened anew for each act."""

    def __init__(
        self,
        open_its_store: Callable[[httpx.Client], ModelStore],
        *,
        open_http: Callable[[], httpx.Client] = httpx.Client,
    ) -> None:
        self._open_store = open_its_store
        self._open_http = open_http

    @classmethod
    def of_this_computer(
        cls, environ: Mapping[str, str], mirror: Callable[[], str] = str
    ) -> "ModelCare":
        """`environ` names the models' folder and the mirror, see `models.open_store`; a `mirror`
        that was chosen wins."""
        return cls(lambda http: open_store(http, environ, mirror=mirror()))

    def states(self) -> tuple[ModelState, ...]:
        """Every model this release knows; quick."""
        return self._with_store(lambda store: tuple(_state(store, s.id) for s in store.specs))

    def in_use(self, choices: VoiceChoices) -> dict[str, str]:
        """Language → id of the model that is used for it."""

        def used(store: ModelStore) -> dict[str, str]:
            languages = dict.fromkeys(spec.language for spec in store.specs)
            made = {one: VoiceChoices(language=one, models=choices.models) for one in languages}
            return {one: model_for(store, choice) for one, choice in made.items()}

        return self._with_store(used)

    def verify(self, model_id: str) -> tuple[str, ...]:
        """Paths of missing or damaged parts by checksum; empty means sound."""
        return self._with_store(lambda store: store.verify(model_id))

    def fetch(self, model_id: str, progress: OnProgress, token: CancelToken) -> ModelState:
        """Get a model; raises what `ModelStore.fetch` raises."""

        def fetched(store: ModelStore) -> ModelState:
            store.fetch(model_id, progress, token.cancelled)
            return _state(store, model_id)

        return self._with_store(fetched)

    def import_zip(self, model_id: str, path: Path) -> ModelState:
        """Take a model from IT's zip; raises what `ModelStore.import_zip` raises."""

        def imported(store: ModelStore) -> ModelState:
            store.import_zip(path, model_id)
            return _state(store, model_id)

        return self._with_store(imported)

    def remove(self, model_id: str) -> ModelState:
        """Take a model off the disk."""

        def removed(store: ModelStore) -> ModelState:
            store.remove(model_id)
            return _state(store, model_id)

        return self._with_store(removed)

    def try_out(
        self, model_id: str, sound: Path, token: CancelToken, expected: Expected | None = None
    ) -> Pace:
        """How well this machine keeps up with a model; raises what `Recogniser.load` raises."""
        return self._with_store(
            lambda store: try_out(store, model_id, sound, token, expected=expected)
        )

    def _with_store(self, act: Callable[[ModelStore], T]) -> T:
        with self._open_http() as http:
            return act(self._open_store(http))


def _state(store: ModelStore, model_id: str) -> ModelState:
    spec = store.spec(model_id)
    return ModelState(
        id=spec.id,
        title=spec.title,
        language=spec.language,
        large=spec.large,
        folder=store.root / spec.id,
        installed=store.installed(model_id) is not None,
        size=spec.size,
        disk=store.disk_use(model_id),
        unfinished=store.unfinished(model_id),
        proof=store.proof(model_id),
        provable=bool(spec.parts) or spec.archive is not None,
        licence=spec.licence,
        attribution=spec.attribution,
    )
