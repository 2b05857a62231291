"""Route of the check before something is created. Decode, call the service, encode, no more."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from sync_server.api.access import ServerHere, SignedIn
from sync_server.api.rates import RateGate
from sync_server.services.exchange.checking import Taken, check

router = APIRouter(prefix="/v1/check", tags=["check"])

Short = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]


class Newcomer(BaseModel):
    """What is known of who is about to be added; nothing else is asked by."""

    entity: Literal["customer", "contact", "lead"]
    phone: Short = ""
    uscc: Short = ""


class Answer(BaseModel):
    """Who has it."""

    taken: list[Taken]


@router.post("")
def check_before_create(
    body: Newcomer, request: Request, server: ServerHere, principal: SignedIn
) -> Answer:
    """Whose a telephone number or credit code is, and since when; never which record."""
    cast(RateGate, request.app.state.gate).check(principal.actor.user_id)
    values = {"phone": body.phone, "uscc": body.uscc}
    return Answer(taken=check(server, principal, body.entity, values))
