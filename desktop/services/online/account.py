"""Who is signed in to a profile, as kept in `profile.json`: no secrets, readable offline."""

from dataclasses import asdict, dataclass, fields

from crm_core.clock import Clock
from desktop.config import Profile, read_json, write_json


@dataclass(frozen=True, slots=True)
class Account:
    """One person's sign-in on this machine."""

    server: str
    organisation: str
    user_id: str
    user_name: str
    role: str
    login: str
    node: str
    """The node id the server leased to this device."""
    lineage: str


def load_account(profile: Profile, clock: Clock) -> Account | None:
    """The account of a profile; None where nobody has signed in, or the file is damaged (it is
    set aside, and signing in again finds the data)."""
    stamp = file_stamp(clock)
    found = read_json(profile.account_path, stamp=stamp)
    if found is None:
        return None
    account = account_from(found)
    if account is not None:
        return account
    profile.account_path.replace(profile.account_path.with_name(f"profile.damaged-{stamp}.json"))
    return None


def account_from(found: object) -> Account | None:
    """The account in a JSON object; None where it is not a whole one."""
    if not isinstance(found, dict):
        return None
    texts = {item.name: found.get(item.name) for item in fields(Account)}
    if not all(isinstance(text, str) for text in texts.values()):
        return None
    return Account(**{name: str(text) for name, text in texts.items()})


def save_account(profile: Profile, account: Account) -> None:
    """Replace the file as a whole."""
    write_json(profile.account_path, asdict(account))


def file_stamp(clock: Clock) -> str:
    """Now, fit for a file name."""
    return clock.utc().strftime("%Y%m%dT%H%M%S%fZ")
