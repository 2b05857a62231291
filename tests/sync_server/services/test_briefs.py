"""The server's briefs: once a person and a day, over what they may see, sent and tried again."""

import json
import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_core.errors import KnownError
from crm_core.insight.brief_json import brief_from
from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.store.reports.brief_paper import fonts_here
from sync_server.cli import app
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.briefing import brief_sending, briefs
from sync_server.services.briefing.brief_sending import Channel, Message, send_by_apprise
from sync_server.services.briefing.brief_services import SERVICES
from sync_server.services.briefing.briefs import Schedule, schedule_of
from sync_server.services.server import Server
from tests.sync_server.inside import Inside, user_of
from tests.sync_server.standing_in import a_mailbox, a_robot

TEN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday, 10:00 in China."""


@pytest.fixture
def server(inside: Inside) -> Server:
    """Ben leads the north, and there are leads."""
    server = inside.world.server
    inside.world.time.moment = TEN
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        unit.change("user", user_of("ben"), {"role": "manager"})
        for n in range(8):
            unit.create("lead", {
                "name": f"张先生{n}", "stage": "captured", "assigned_at": "2026-02-20T01:00:00Z",
                "owner": user_of("anna" if n < 6 else "carl"),
            })  # fmt: skip
    return server


def kept(server: Server) -> dict[str, Record]:
    """The briefs there are, by person."""
    return {str(one["owner"]): one for one in server.replica.find(Query("brief"))}


def fonts() -> bool:
    """Whether this machine can set Chinese."""
    try:
        return bool(fonts_here())
    except KnownError:
        return False


def add(server: Server, name: str, url: str, login: str = "ben") -> None:
    """A channel."""
    brief_sending.add_channel(server, Channel(name, url, user_of(login), "zh"))


def test_once_a_day_for_those_who_lead_over_what_they_see(inside: Inside, server: Server) -> None:
    inside.world.time.advance(minutes=-1)
    assert briefs.make_due(server) == 0, "a minute to ten"
    inside.world.time.advance(minutes=1)
    assert briefs.make_due(server) == 2
    assert briefs.make_due(server) == 0
    found = kept(server)
    assert set(found) == {user_of("ben"), user_of("boss")}, "reps make their own"
    seen = {
        owner: brief_from(one["body"]).conclusions[0].text.zh for owner, one in found.items()
    }  # fmt: skip
    assert "6 条在办线索" in seen[user_of("ben")], "carl is of another team"
    assert "8 条在办线索" in seen[user_of("boss")]
    assert all("张先生" not in str(one["body"]) for one in found.values())
    inside.world.time.advance(days=1)
    assert briefs.make_due(server) == 2


def test_a_device_that_was_first_is_written_over(server: Server) -> None:
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        values = {"day": "2026-03-02", "origin": "device", "body": "{}", "owner": user_of("ben")}
        unit.create("brief", values, record_id=f"brief-2026-03-02-{user_of('ben')}")
    briefs.make_due(server)
    assert kept(server)[user_of("ben")]["origin"] == "server"


@pytest.mark.parametrize(
    ("policy", "day", "hour", "due"),
    [
        ({}, 2, 10, True),
        ({}, 1, 10, False),
        ({"brief_days": "daily"}, 1, 10, True),
        ({"brief_days": "off"}, 2, 10, False),
        ({"brief_at": "8:30"}, 2, 9, True),
        ({"brief_at": "11：00"}, 2, 10, False),
        ({"brief_at": "soon"}, 2, 10, True),
        ({"brief_at": "25:00"}, 2, 9, False),
    ],
)
def test_the_policy_says_when(policy: Record, day: int, hour: int, due: bool) -> None:
    now = datetime(2026, 3, day, hour - 8, 0, tzinfo=UTC)
    assert schedule_of(policy).due(now, Calendar()) is due


def test_holidays_are_kept() -> None:
    assert not Schedule().due(datetime(2026, 10, 1, 3, tzinfo=UTC), Calendar())


def test_a_robot_and_a_mailbox_get_it_and_the_log_says_nothing_secret(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with a_robot() as robot, a_mailbox() as box:
        add(server, "群机器人", f"json://127.0.0.1:{robot.port}/very-secret")
        mail = f"mailto://127.0.0.1:{box.port}/?from=crm@a.cn&to=ben@a.cn&mode=insecure"
        add(server, "邮箱", mail)
        briefs.make_due(server)
        assert brief_sending.send_due(server) == 2
        assert brief_sending.send_due(server) == 0, "once"
    [said] = robot.took
    told = json.loads(said)
    assert told["title"] == "每日简报 2026-03-02"
    assert "6 条在办线索中 6 条超时" in told["message"]
    [mail] = box.took
    assert "ben@a.cn" in mail
    assert "brief-2026-03-02.pdf" in mail or not fonts()
    record = kept(server)[user_of("ben")]
    assert (record["sent"], record["channels"]) == (2, 2)
    assert {one.state for one in brief_sending.deliveries(server)} == {"sent"}
    ours = " ".join(r.getMessage() for r in caplog.records if r.name.startswith("log."))
    for secret in ("very-secret", "ben@a.cn", "超时", "ben"):
        assert secret not in ours


def test_what_fails_is_tried_again_and_then_shown(
    inside: Inside, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[Message] = []

    def refuse(_url: str, message: Message) -> str:
        tried.append(message)
        return "not_taken"

    add(server, "robot", "json://127.0.0.1:9/key")
    briefs.make_due(server)
    for minutes in (0, 0, 1, 4, 1, 15, 60, 600):
        inside.world.time.advance(minutes=minutes)
        assert brief_sending.send_due(server, refuse) == 0
    assert len(tried) == 5
    [one] = brief_sending.deliveries(server)
    assert (one.state, one.tries, one.reason) == ("failed", 5, "not_taken")
    assert kept(server)[user_of("ben")]["sent"] == 0
    assert "not delivered to robot" in caplog.text

    # An administrator makes it again: that is a human act, and it is sent once more.
    ben = next(a for a in briefs.readers(server) if a.user_id == user_of("ben"))
    assert briefs.make(server, ben) is None
    assert briefs.make(server, ben, again=True) is not None
    assert brief_sending.send_due(server, lambda _url, _message: "") == 1


def test_a_delivery_cut_short_is_not_said_twice(inside: Inside, server: Server) -> None:
    def crash(_url: str, _message: Message) -> str:
        raise SystemExit

    add(server, "robot", "json://127.0.0.1:9/key")
    briefs.make_due(server)
    with pytest.raises(SystemExit):
        brief_sending.send_due(server, crash)
    assert brief_sending.send_due(server, crash) == 0, "another process leaves it alone"
    inside.world.time.advance(minutes=20)
    assert brief_sending.send_due(server, crash) == 0
    [one] = brief_sending.deliveries(server)
    assert (one.state, one.reason) == ("failed", "interrupted")


def test_channels_are_checked_named_once_and_shown_without_secrets(server: Server) -> None:
    for url in ("", "nonsense", "http//x"):
        with pytest.raises(KnownError) as told:
            add(server, "x", url)
        assert told.value.code == "bad_channel"
    add(server, "钉钉", "dingtalk://0123456789abcdef/")
    with pytest.raises(KnownError, match="已经有"):
        add(server, "钉钉", "dingtalk://0123456789abcdef/")
    assert "0123456789abcdef" not in brief_sending.shown_url("dingtalk://0123456789abcdef/")
    briefs.make_due(server)
    brief_sending.remove_channel(server, "钉钉")
    assert brief_sending.deliveries(server) == []
    with pytest.raises(KnownError, match="没有叫"):
        brief_sending.channel_named(server, "钉钉")
    copied = {
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef": "wecombot://",
        "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef": "dingtalk://",
        "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef": "feishu://",
    }
    for url, begin in copied.items():
        shown = brief_sending.shown_url(url)
        assert shown.startswith(begin)
        assert "0123456789abcdef" not in shown
    with pytest.raises(KnownError):
        send_by_apprise("nonsense", Message("a", "b"))
    with a_robot() as robot:
        robot.answer = 500
        url = f"json://127.0.0.1:{robot.port}/k"
        assert send_by_apprise(url, brief_sending.trial_message("zh")) == "not_taken"


def test_the_command_line_keeps_tries_and_sends(tmp_path: Path, founded_inside: Path) -> None:
    folder = Path(shutil.copytree(founded_inside, tmp_path / "org")) / "server"

    def brief(*words: str, stdin: str = "") -> tuple[int, str]:
        asked = ["brief", *words, "--data", str(folder)]
        done = CliRunner().invoke(app, asked, input=stdin, catch_exceptions=False)
        return done.exit_code, done.output

    with a_robot() as robot:
        secret = f"json://127.0.0.1:{robot.port}/key-0123456789\n"
        assert brief("add-channel", "hook", "-", "--for", "boss", stdin=secret)[0] == 0
        shown = brief("channels")[1]
        assert "hook" in shown
        tried = json.loads(CliRunner().invoke(app, ["brief", "selftest"]).output)
        assert tried["services"] == len(SERVICES)
        assert tried["page"] > 1000
        assert brief("now", "--for", "boss")[0] == 0
        assert brief("now", "--for", "boss")[0] == 0
        assert len(robot.took) == 1, "nothing is sent twice"
        robot.answer = 500
        assert brief("test", "hook")[0] == 1
