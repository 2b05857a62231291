"""One's own password and devices, asked of a real server in this process."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_core.errors import SyncCode, SyncError
from desktop.services.online.own_account import (
    Strength,
    change_password,
    my_devices,
    sign_out_device,
    strength,
)
from desktop.services.online.signing_in import Credentials, choose_password, sign_in
from desktop.services.workspace import Setup
from sync_server.services.storing import founding
from tests.desktop.services.office import a_setup
from tests.sync_proof.network import Line
from tests.sync_proof.template import template
from tests.sync_proof.world import PASSWORD, World

NEW = "long enough to keep"
GIVEN = "given by the boss"


@pytest.fixture
def world() -> Iterator[World]:
    office = template().copy()
    yield office.world
    office.close()


def machine(world: World, folder: Path) -> Setup:
    return replace(a_setup(folder, world.time.clock), transport=Line(world.gate))


def typed(password: str, *, device: str = "", name: str = "笔记本") -> Credentials:
    return Credentials("http://server", "anna", password, name, device)


def test_a_given_password_is_replaced_before_anything_is_filled(
    world: World, tmp_path: Path
) -> None:
    founding.set_password(world.server, "anna", GIVEN, must_change=True)
    setup = machine(world, tmp_path / "one")
    with pytest.raises(SyncError) as caught:
        sign_in(setup, typed(GIVEN))
    assert caught.value.sync_code is SyncCode.PASSWORD_CHANGE
    node = caught.value.detail
    assert not (tmp_path / "one").exists()
    with pytest.raises(SyncError) as weak:
        choose_password(setup, typed(GIVEN, device=node), "password1234")
    assert weak.value.sync_code is SyncCode.PASSWORD_WEAK
    choose_password(setup, typed(GIVEN, device=node), NEW)
    workspace = sign_in(setup, typed(NEW, device=node))
    assert workspace.account.node == node, "one machine is one device, however often it tries"
    workspace.close()


def test_a_password_is_changed_and_the_other_devices_are_out(world: World, tmp_path: Path) -> None:
    one = sign_in(machine(world, tmp_path / "one"), typed(PASSWORD))
    two = sign_in(machine(world, tmp_path / "two"), typed(PASSWORD, name="台式机"))
    server = one.client.server
    with pytest.raises(SyncError) as wrong:
        change_password(server, "not this", NEW)
    assert wrong.value.sync_code is SyncCode.BAD_CREDENTIALS
    change_password(server, PASSWORD, NEW)
    one.client.sync_once()
    with pytest.raises(SyncError) as out:
        two.client.sync_once()
    assert out.value.sync_code is SyncCode.TOKEN_EXPIRED
    again = sign_in(machine(world, tmp_path / "three"), typed(NEW))
    for workspace in (one, two, again):
        workspace.close()


def test_another_device_is_signed_out_and_keeps_its_data(world: World, tmp_path: Path) -> None:
    one = sign_in(machine(world, tmp_path / "one"), typed(PASSWORD))
    two = sign_in(machine(world, tmp_path / "two"), typed(PASSWORD, name="台式机"))
    named = {d.node: d for d in my_devices(one.client.server)}
    assert named[two.account.node].name == "台式机"
    assert named[two.account.node].platform
    sign_out_device(one.client.server, two.account.node)
    with pytest.raises(SyncError) as out:
        two.client.sync_once()
    assert out.value.sync_code is SyncCode.TOKEN_EXPIRED
    assert two.profile.replica_path.exists()
    one.client.sync_once()
    for workspace in (one, two):
        workspace.close()


@pytest.mark.parametrize(
    ("password", "wanted"),
    [
        ("", Strength.SHORT), ("123456789", Strength.SHORT), ("anna-1234567", Strength.FAIR),
        ("anna12345678", Strength.FAIR), ("anna123456", Strength.LOGIN),
        ("12345678901", Strength.PLAIN), ("aaaabbbbaaaabbbb", Strength.PLAIN),
        ("kettle moon", Strength.FAIR), ("kettle moon driver 7", Strength.GOOD),
    ],
)  # fmt: skip
def test_the_hint_says_what_is_easy_to_guess(password: str, wanted: Strength) -> None:
    assert strength(password, "Anna") is wanted
