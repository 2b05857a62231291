"""A person's own devices: which there are, and signing out on one that is out of reach."""

from crm_core.errors import SyncCode, SyncError
from sync_server.services.server import Server
from sync_server.services.signing_in import devices, tokens
from sync_server.services.signing_in.devices import Device
from sync_server.services.signing_in.sessions import Principal


def mine(server: Server, principal: Principal) -> list[Device]:
    """Every device of the person, the one heard of last first."""
    with server.reading() as connection:
        return devices.devices_of(connection, server.tables, principal.actor.user_id)


def sign_out(server: Server, principal: Principal, node: str) -> None:
    """End the session of one of the person's devices: it asks for the password, and keeps its data.

    SyncError: NOT_FOUND for a device that is not theirs, whether or not there is one.
    """
    with server.writing() as connection:
        device = devices.find_device(connection, server.tables, node)
        if device is None or device.user_id != principal.actor.user_id:
            raise SyncError(SyncCode.NOT_FOUND, "no such device of yours")
        if not device.revoked:  # Its tokens stay, so that it is told, and wipes itself.
            tokens.end_session(connection, server.tables, node)
