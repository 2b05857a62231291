"""Adding files, seeing where they are, saving a copy: and nothing plain left on the disk."""

from pathlib import Path

import pytest

from crm_core.errors import KnownError
from desktop.services.commands.verbs import do_create, do_undo
from desktop.services.papers import attachments
from desktop.services.papers.attachments import Place, content_of, do_attach, files_of, save_copy
from desktop.services.workspace import Workspace
from tests.builders import KEY, FakeClock
from tests.desktop.services.files import HOSPITAL, a_photo, address_of, attach, has, shows
from tests.desktop.services.office import a_workspace


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    made = a_workspace(tmp_path / "desk", "anna", "a" * 16, clock=FakeClock().clock)
    made.secrets.keep_database_key(KEY)
    return made


def test_a_photo_becomes_a_record_and_an_encrypted_file(desk: Workspace, tmp_path: Path) -> None:
    photo = a_photo(tmp_path / "camera")
    customer = attach(desk, photo)
    [file] = files_of(desk.replica, "customer", customer)
    assert (file.name, file.media_type, file.size) == ("照片.jpg", "image/jpeg", 300_000)
    assert file.place is Place.WAITING
    assert file.address == address_of(photo)
    assert content_of(desk, file.address) == photo.read_bytes()
    record = desk.replica.record("attachment", file.record_id)
    assert record is not None
    assert record["owner"] == "anna"
    assert shows(desk.profile.folder, photo.read_bytes()) == []
    assert shows(tmp_path / "camera", photo.read_bytes()) == [photo], "the scan does find runs"


def test_the_same_photo_for_two_customers_is_one_file(desk: Workspace, tmp_path: Path) -> None:
    photo = a_photo(tmp_path / "camera")
    one, two = attach(desk, photo), attach(desk, photo)
    assert len(list(desk.profile.blobs_path.iterdir())) == 1
    [first], [second] = (files_of(desk.replica, "customer", c) for c in (one, two))
    assert first.address == second.address
    assert first.record_id != second.record_id


def test_several_files_are_taken_back_together(desk: Workspace, tmp_path: Path) -> None:
    customer = do_create(desk, "customer", HOSPITAL).record_id
    photos = [a_photo(tmp_path, size=9, name=f"{n}.png") for n in range(3)]
    done = do_attach(desk, photos, {"customer": customer})
    assert len(files_of(desk.replica, "customer", customer)) == 3
    do_undo(desk, done.group)
    assert files_of(desk.replica, "customer", customer) == []
    assert has(desk, address_of(photos[0])), "taking back the undo needs it"


def test_what_cannot_be_attached_leaves_nothing(
    desk: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, empty = a_photo(tmp_path, size=5), tmp_path / "empty.txt"
    empty.touch()
    customer = do_create(desk, "customer", HOSPITAL).record_id
    for wrong, code in (
        (empty, "file_empty"),
        (tmp_path / "missing.jpg", "file_unreadable"),
        (tmp_path, "file_unreadable"),
    ):
        with pytest.raises(KnownError) as refused:
            do_attach(desk, [good, wrong], {"customer": customer})
        assert refused.value.code == code
    monkeypatch.setattr(attachments, "MOST_BYTES", 4)
    with pytest.raises(KnownError) as refused:
        do_attach(desk, [good], {"customer": customer})
    assert refused.value.code == "file_too_large"
    assert files_of(desk.replica, "customer", customer) == []


@pytest.mark.parametrize("name", ["a" * 220 + ".jpg", "坏\u200b字\u2028.jpg", "-rf ; $(x).jpg"])
def test_any_file_name_is_taken(desk: Workspace, tmp_path: Path, name: str) -> None:
    try:
        photo = a_photo(tmp_path / "names", size=5, name=name)
    except OSError:
        pytest.skip("this system allows no such name")
    customer = attach(desk, photo)
    [file] = files_of(desk.replica, "customer", customer)
    assert file.name.endswith(".jpg")
    assert len(file.name) <= 200


def test_a_copy_is_saved_where_the_person_says(desk: Workspace, tmp_path: Path) -> None:
    photo = a_photo(tmp_path / "camera")
    attach(desk, photo)
    address = address_of(photo)
    saved = save_copy(desk, address, tmp_path / "out.jpg")
    assert saved.read_bytes() == photo.read_bytes()
    with pytest.raises(KnownError) as refused:
        save_copy(desk, address, tmp_path / "no such folder" / "out.jpg")
    assert refused.value.code == "file_unwritable"
    [sealed] = desk.profile.blobs_path.iterdir()
    sealed.write_bytes(sealed.read_bytes()[:-1])
    before = sorted(tmp_path.iterdir())
    with pytest.raises(KnownError) as refused:
        save_copy(desk, address, tmp_path / "again.jpg")
    assert refused.value.code == "blob_damaged"
    assert sorted(tmp_path.iterdir()) == before, "half a copy is none"


def test_a_record_without_bytes_is_listed_all_the_same(desk: Workspace) -> None:
    customer = do_create(desk, "customer", HOSPITAL).record_id
    do_create(desk, "attachment", {"name": "旧附件", "customer": customer})
    [file] = files_of(desk.replica, "customer", customer)
    assert file.place is Place.NONE


def test_wiping_the_device_takes_the_files(desk: Workspace, tmp_path: Path) -> None:
    attach(desk, a_photo(tmp_path / "camera"))
    desk.wipe()
    assert not desk.profile.blobs_path.exists()
