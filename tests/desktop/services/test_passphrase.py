"""The passphrase: only it opens key and token; stopped anywhere nothing is lost; errors wait."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from desktop.config import Profile
from desktop.services.online.guests import MemoryVault
from desktop.services.online.passphrase import Cost, unwrapped, wait_ms, wrapped
from desktop.services.online.secrets import FileVault, Secrets, new_database_key
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.workspace import Setup, open_workspace
from tests.builders import KEY, FakeClock
from tests.sync_proof.network import Line
from tests.sync_proof.world import PASSWORD, World, found_organisation

CHEAP = Cost(time=1, memory=64, lanes=1)
WORDS = "马 电池 订书钉"
TOKEN = "refresh-token-of-anna"


def a_vault() -> MemoryVault:
    """A keyring with the key and token of a profile."""
    vault = MemoryVault()
    secrets = Secrets(vault, protected=True, cost=CHEAP)
    secrets.keep_database_key(KEY)
    secrets.keep_refresh_token(TOKEN)
    return vault


def reopened(vault: MemoryVault) -> Secrets:
    """As after a restart: nothing is remembered but what is in the vault."""
    return Secrets(vault, protected=True, cost=CHEAP)


def guarded() -> MemoryVault:
    """The same under a passphrase."""
    vault = a_vault()
    reopened(vault).set_passphrase(WORDS)
    return vault


def code_of(work: Callable[[], object]) -> str:
    """The code of the refusal."""
    with pytest.raises(KnownError) as refused:
        work()
    return refused.value.code


def test_what_is_kept_gives_nothing_without_the_passphrase() -> None:
    vault = guarded()
    kept = json.dumps(vault.kept)
    assert KEY.hex() not in kept
    assert TOKEN not in kept
    assert WORDS not in kept
    locked = reopened(vault)
    assert code_of(locked.database_key) == "passphrase"
    assert code_of(locked.refresh_token) == "passphrase"
    assert code_of(lambda: locked.keep_refresh_token("x")) == "passphrase"


def test_the_passphrase_opens_it_and_locking_closes_it_again() -> None:
    secrets = reopened(guarded())
    secrets.unlock(WORDS, 0)
    assert (secrets.database_key(), secrets.refresh_token()) == (KEY, TOKEN)
    secrets.keep_refresh_token("next")
    assert secrets.refresh_token() == "next"
    secrets.lock()
    assert code_of(secrets.database_key) == "passphrase"


def test_it_can_be_changed_and_removed() -> None:
    vault = guarded()
    secrets = reopened(vault)
    secrets.unlock(WORDS, 0)
    secrets.set_passphrase("完全不同的另一句话")
    again = reopened(vault)
    assert code_of(lambda: again.unlock(WORDS, 0)) == "passphrase_wrong"
    again.unlock("完全不同的另一句话", 0)
    again.remove_passphrase()
    plain = reopened(vault)
    assert (plain.has_passphrase, plain.database_key(), plain.refresh_token()) == (
        False, KEY, TOKEN,
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["", "short", "       x", "1234567"])
def test_a_short_one_is_refused_and_changes_nothing(typed: str) -> None:
    vault = a_vault()
    before = dict(vault.kept)
    assert code_of(lambda: reopened(vault).set_passphrase(typed)) == "passphrase_weak"
    assert vault.kept == before


def test_full_width_typing_is_the_same_passphrase() -> None:
    vault = a_vault()
    reopened(vault).set_passphrase("ｃｏｒｒｅｃｔ ｈｏｒｓｅ")
    reopened(vault).unlock("correct horse", 0)


def test_wrong_ones_must_wait_longer_and_longer_also_over_a_restart() -> None:
    vault, now = guarded(), 1_000_000
    for _ in range(3):
        assert code_of(lambda: reopened(vault).unlock("wrong one", now)) == "passphrase_wrong"
    assert code_of(lambda: reopened(vault).unlock(WORDS, now)) == "passphrase_wait"
    assert code_of(lambda: reopened(vault).unlock(WORDS, now - 10**9)) == "passphrase_wait"
    reopened(vault).unlock(WORDS, now + wait_ms(3))
    assert code_of(lambda: reopened(vault).unlock("wrong one", now)) == "passphrase_wrong"
    assert [wait_ms(n) for n in (0, 2, 3, 4, 5, 40)] == [0, 0, 5000, 10000, 20000, 300000]


@pytest.mark.parametrize("stop", range(6))
def test_stopped_anywhere_in_setting_it_the_profile_still_opens(stop: int) -> None:
    class Stops(MemoryVault):
        left = stop

        def _step(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise InterruptedError

        def put(self, name: str, secret: str) -> None:
            self._step()
            super().put(name, secret)

        def drop(self, name: str) -> None:
            self._step()
            super().drop(name)

    vault = Stops()
    vault.kept = a_vault().kept
    secrets = Secrets(vault, protected=True, cost=CHEAP)
    with suppress(InterruptedError):
        secrets.set_passphrase(WORDS)
    vault.left = 99
    later = reopened(vault)
    if later.has_passphrase:
        later.unlock(WORDS, 0)
        assert KEY.hex() not in vault.kept.values()
    assert later.database_key() == KEY
    assert later.refresh_token() in (TOKEN, None)
    if later.has_passphrase:
        assert TOKEN not in vault.kept.values()


@pytest.mark.parametrize(
    "text",
    [
        "", "{}", "[]", "null", '{"version": 1}',
        wrapped(KEY, WORDS, CHEAP).replace('"time": 1', '"time": 99999'),
        wrapped(KEY, WORDS, CHEAP).replace('"version": 1', '"version": 2'),
    ],
)  # fmt: skip
def test_what_is_no_wrapped_key_is_named_as_damaged(text: str) -> None:
    vault = guarded()
    vault.kept["wrapped-key"] = text
    assert code_of(lambda: reopened(vault).unlock(WORDS, 0)) == "key_damaged"


def test_a_wrapped_key_that_was_altered_opens_nothing() -> None:
    kept = json.loads(wrapped(KEY, WORDS, CHEAP))
    assert unwrapped(json.dumps(kept), WORDS) == KEY
    for place in (0, 30, len(kept["key"]) - 1):
        altered = list(kept["key"])
        altered[place] = "0" if altered[place] != "0" else "1"
        assert unwrapped(json.dumps(kept | {"key": "".join(altered)}), WORDS) is None


def test_the_file_that_stands_in_for_a_keyring_holds_nothing_in_clear(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    secrets = Secrets(FileVault(profile), protected=False, cost=CHEAP)
    secrets.keep_database_key(KEY)
    secrets.keep_refresh_token(TOKEN)
    assert secrets.warning is not None
    secrets.set_passphrase(WORDS)
    assert secrets.warning is None
    kept = profile.secrets_path.read_text()
    assert KEY.hex() not in kept
    assert TOKEN not in kept


def test_a_damaged_file_of_secrets_is_no_protection_and_hinders_no_warning(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    profile.secrets_path.write_text("{not json")
    secrets = Secrets(FileVault(profile), protected=False, cost=CHEAP)
    assert secrets.warning is not None
    assert code_of(secrets.database_key) == "key_damaged"


def test_the_default_cost_is_what_rfc_9106_recommends() -> None:
    assert Cost() == Cost(time=3, memory=65_536, lanes=4)
    assert Cost().bearable()
    assert not Cost(memory=1 << 30).bearable()


def test_a_forgotten_passphrase_ends_in_a_new_fill_and_only_once_somebody_signed_in(
    tmp_path: Path,
) -> None:
    world = World(tmp_path / "world", served=False)
    found_organisation(world.data, world.time)
    world.start()
    try:
        vault = MemoryVault()
        setup = a_setup_with(tmp_path / "profile", vault, world.time, Line(world.gate))
        first = sign_in(setup, Credentials("http://server", "anna", PASSWORD, "本"))
        setup.secrets.set_passphrase(WORDS)
        first.close()

        setup = replace(setup, secrets=reopened(vault))
        assert code_of(lambda: open_workspace(setup)) == "passphrase"
        setup.secrets.start_anew()
        with pytest.raises(KnownError):
            sign_in(setup, Credentials("http://server", "anna", "not it", "本"))
        still = replace(setup, secrets=reopened(vault))
        still.secrets.unlock(WORDS, 0)
        open_workspace(still).close()

        again = sign_in(setup, Credentials("http://server", "anna", PASSWORD, "本"))
        assert again.account.node == first.account.node
        again.close()
        plain = reopened(vault)
        assert not plain.has_passphrase
        open_workspace(replace(setup, secrets=plain)).close()
    finally:
        world.close()


def a_setup_with(folder: Path, vault: MemoryVault, time: FakeClock, line: Line) -> Setup:
    """A profile whose secrets are in `vault`."""
    return Setup(
        profile=Profile(folder), secrets=Secrets(vault, protected=True, cost=CHEAP),
        clock=time.clock, transport=line,
    )  # fmt: skip


def test_every_new_key_is_another() -> None:
    assert new_database_key() != new_database_key()
