"""The services briefs are sent through, and how an address names one of them.

Only these of apprise's hundred are loaded: that takes a tenth of the time, and a frozen program
need not look into folders. Addresses are apprise's own, or what a robot's page shows to be copied.
"""

import warnings
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from crm_core.errors import KnownError

SERVICES: Mapping[str, tuple[str, str]] = {
    "wecombot": ("apprise.plugins.wecombot", "NotifyWeComBot"),
    "dingtalk": ("apprise.plugins.dingtalk", "NotifyDingTalk"),
    "feishu": ("apprise.plugins.feishu", "NotifyFeishu"),
    "lark": ("apprise.plugins.lark", "NotifyLark"),
    "mailto": ("apprise.plugins.email", "NotifyEmail"),
    "mailtos": ("apprise.plugins.email", "NotifyEmail"),
    "json": ("apprise.plugins.custom_json", "NotifyJSON"),
    "jsons": ("apprise.plugins.custom_json", "NotifyJSON"),
}
"""Scheme of an address → where the service is; `json` is any web hook of the company's own."""
_COPIED: Mapping[str, str] = {
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=": "wecombot://{0}",
    "https://oapi.dingtalk.com/robot/send?access_token=": "dingtalk://{0}/",
    "https://open.feishu.cn/open-apis/bot/v2/hook/": "feishu://{0}/",
    "https://open.larksuite.com/open-apis/bot/v2/hook/": "lark://{0}/",
}
"""What the pages of robots show → the address it stands for."""


def service_of(url: str) -> Any:
    """The service an address names, ready to send. KnownError("bad_channel")."""
    address = _plain(url.strip())
    named = SERVICES.get(address.partition("://")[0].lower())
    if named is not None:
        kind = _loaded(*named)
        found = kind.parse_url(address)
        if found:
            try:
                return kind(**found)
            except TypeError:  # How apprise says that a part is missing or wrong.
                pass
    raise KnownError(
        "认不出这个渠道地址，没有保存。可以粘贴企业微信、钉钉或飞书机器人的 Webhook 地址，或写 "
        "mailtos://用户:密码@邮箱服务器?to=收件人。",
        "This address of a channel is not known; nothing was kept. Paste the webhook of a WeCom, "
        "DingTalk or Feishu robot, or write mailtos://USER:PASSWORD@SERVER?to=WHOM.",
        code="bad_channel",
    )


def loadable(path: Path) -> int:
    """How many services load and take a file along: for the self-test of a frozen server, which has
    only the modules that somebody named. ImportError where one is missing."""
    attached(path)
    return len([_loaded(*one) for one in SERVICES.values()])


def attached(path: Path) -> Any:
    """A file as apprise sends it."""
    collection = import_module("apprise.apprise_attachment").AppriseAttachment()
    collection.add(import_module("apprise.attachment.file").AttachFile(str(path)))
    return collection


def _plain(url: str) -> str:
    for begin, form in _COPIED.items():
        if url.startswith(begin):
            return form.format(url.removeprefix(begin).partition("&")[0])
    return url


def _loaded(module: str, name: str) -> Any:
    with warnings.catch_warnings():
        # Its mail service looks for a module that newer Pythons do not have any more.
        warnings.simplefilter("ignore", DeprecationWarning)
        return getattr(import_module(module), name)
