"""Opening a zip that should hold a speech model, without trusting it, and moving it into place.

Checksums of the unpacked parts belong to `model_specs`; where zips come from, to `models`.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from crm_core.errors import KnownError
from desktop.services.voice.model_specs import ModelSpec

_COPY_CHUNK = 1 << 18
_MARK = "am/final.mdl"
"""Every Vosk model has it."""
_MOST_TIMES = 3
"""So many times its usual size no model is."""
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


class BadModelZip(KnownError):
    """A zip is not the model it should be; nothing of it was put in place."""

    def __init__(self, path: Path, chinese: str, english: str) -> None:
        super().__init__(
            f"{path.name} 不能用作语音模型：{chinese}。原有的模型没有改动；请换一个文件再试。",
            f"{path.name} cannot be used as the speech model: {english}. The model in place was "
            "not touched; try another file.",
            code="model.bad_zip",
        )


def extract_parts(
    path: Path, staging: Path, spec: ModelSpec, on_bytes: Callable[[int], None]
) -> None:
    """Write the model's parts, and nothing else the zip may hold, below `staging`.

    Only names from the model's own list are ever written, so a hostile zip cannot reach outside.
    `on_bytes` hears the bytes written so far. Raises BadModelZip.
    """
    with _opened(path) as archive:
        prefix = _prefix(path, archive, spec)
        entries = {part.path: archive.getinfo(prefix + part.path) for part in spec.parts}
        _write(archive, entries, staging, on_bytes)


def extract_model(
    path: Path, staging: Path, spec: ModelSpec, on_bytes: Callable[[int], None]
) -> None:
    """Write every file of a model whose parts are not known, from the folder in the zip that has
    the layout of one. No name reaches outside, and no more is written than such a model can be.

    Raises BadModelZip.
    """
    with _opened(path) as archive:
        _write(archive, _of_model(path, archive, spec), staging, on_bytes)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip, with whatever is wrong with it as BadModelZip."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise BadModelZip(path, "找不到这个文件", "the file does not exist") from error
    except _BROKEN_ZIP as error:
        raise BadModelZip(path, "压缩包已损坏", "the archive is damaged") from error


def _write(
    archive: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    staging: Path,
    on_bytes: Callable[[int], None],
) -> None:
    done = 0
    for name, info in entries.items():
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, target.open("wb") as sink:
            while chunk := source.read(_COPY_CHUNK):
                sink.write(chunk)
                done += len(chunk)
                on_bytes(done)


def _of_model(path: Path, archive: zipfile.ZipFile, spec: ModelSpec) -> dict[str, zipfile.ZipInfo]:
    """The entries of the model by their path inside it. The folder must bear the model's name:
    nothing else tells a large model from a small one, or one language from another."""
    entries = archive.infolist()
    prefix = next(
        (
            info.filename.removesuffix(_MARK)
            for info in entries
            if f"/{info.filename}".endswith(f"/{spec.id}/{_MARK}")
        ),
        None,
    )
    if prefix is None:
        raise BadModelZip(
            path,
            f"里面没有名为 {spec.id} 的模型文件夹",
            f"it holds no folder {spec.id} with a model",
        )
    found = {
        info.filename.removeprefix(prefix): info
        for info in entries
        if info.filename.startswith(prefix) and not info.is_dir()
    }
    if any(_escapes(name) or info.flag_bits & 1 for name, info in found.items()):
        raise BadModelZip(path, "里面有不该有的文件名", "it holds names that must not be")
    if sum(info.file_size for info in found.values()) > _MOST_TIMES * spec.size:
        raise BadModelZip(path, "解压后大得不合理", "it is implausibly large once unpacked")
    return found


def _escapes(name: str) -> bool:
    pure = PurePosixPath(name)
    return pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name


def _prefix(path: Path, archive: zipfile.ZipFile, spec: ModelSpec) -> str:
    """The folder inside the zip that holds every part, unencrypted and in the size it must have."""
    entries = {info.filename: info for info in archive.infolist()}
    first = spec.parts[0].path
    for name in entries:
        prefix = name.removesuffix(first)
        inside = [entries.get(prefix + part.path) for part in spec.parts]
        if name.endswith(first) and all(
            info is not None and info.file_size == part.size and not info.flag_bits & 1
            for info, part in zip(inside, spec.parts, strict=True)
        ):
            return prefix
    raise BadModelZip(path, f"里面没有完整的 {spec.id}", f"it holds no complete {spec.id}")


def swap_in(staging: Path, target: Path, aside: Path) -> None:
    """Replace `target` by `staging`; if the last step fails the old folder is put back."""
    had_one = target.exists()
    if had_one:
        target.replace(aside)
    try:
        staging.replace(target)
    except OSError:
        if had_one:
            aside.replace(target)
        raise
