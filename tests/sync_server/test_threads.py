"""Short questions have threads of their own: what takes long does not keep them waiting."""

import asyncio

import httpx
import pytest
from anyio import to_thread

from crm_core.sync import protocol, wire
from crm_core.sync.protocol import PushMessage
from tests.sync_server.inside import URL, Inside


def test_a_pull_is_answered_while_every_thread_for_long_work_is_taken(inside: Inside) -> None:
    anna = inside.enter("anna")
    assert anna.works == "ok"
    app = inside.world.gate.app
    assert app is not None
    headers = {"X-Suixing-Protocol": "2", "Authorization": f"Bearer {anna.session['access']}"}
    batch = wire.push_bytes(PushMessage([], inside.world.server.clock.millis()))

    async def story() -> httpx.Response:
        long = to_thread.current_default_thread_limiter()
        for taken in range(int(long.total_tokens)):
            await long.acquire_on_behalf_of(taken)
        line = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=line, base_url=URL, headers=headers) as http:
            pulled = await asyncio.wait_for(http.get("/v1/sync/pull"), 10)
            pushing = http.post(
                "/v1/sync/push", content=batch, headers={"Content-Type": protocol.MEDIA_TYPE}
            )
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(pushing, 0.1)
        return pulled

    reply = asyncio.run(story())
    assert reply.status_code == 200
    assert wire.page_from(reply.content).lineage == inside.world.server.lineage
