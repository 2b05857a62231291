"""Route of one record's history. Decode, call the service, encode; nothing else."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from crm_core.sync.protocol import MAX_BATCH_OPERATIONS, MEDIA_TYPE
from sync_server.api.access import Form, ServerHere, SignedIn
from sync_server.services.exchange.history import HistoryRequest, history

router = APIRouter(prefix="/v1/history", tags=["history"])

Name = Annotated[str, Path(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]


@router.get("/{entity}/{record}", response_class=Response)
def history_page(
    server: ServerHere,
    principal: SignedIn,
    form: Form,
    entity: Name,
    record: Name,
    after: Annotated[int, Query(ge=0, lt=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_BATCH_OPERATIONS)] = 1000,
) -> Response:
    """One packed page of everything that ever happened to a record the caller may see."""
    reply = history(server, principal, HistoryRequest(entity, record, after, limit))
    return Response(form.page_bytes(reply), media_type=MEDIA_TYPE)
