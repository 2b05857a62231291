"""E-mail addresses: whose they are, and whether a company stands behind them (row 1.8); pure."""

import unicodedata
from typing import NamedTuple

FREE_DOMAINS = frozenset(
    """
    qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com vip.126.com yeah.net 188.com sina.com
    sina.cn vip.sina.com sohu.com tom.com 139.com 189.cn wo.cn aliyun.com 21cn.com 263.net gmail.com
    outlook.com hotmail.com live.com live.cn msn.com msn.cn yahoo.com yahoo.com.cn yahoo.cn
    icloud.com me.com mac.com proton.me protonmail.com mail.com gmx.com aol.com eyou.com 163.net
    """.split()  # noqa: SIM905
)
"""Providers where anybody has an address: no company stands behind it."""

_SHARED_LOCALS = frozenset(
    """
    service sales info admin contact hr office kefu market marketing support mail webmaster business
    shop order xiaoshou zhaopin caiwu finance hello
    """.split()  # noqa: SIM905
)
"""Names before the @ that belong to a desk, not to a person."""

_SLIPS = {".con": ".com", ".cmo": ".com", ".vom": ".com", ".ocm": ".com", ".comm": ".com"}


class Email(NamedTuple):
    """An address in the form addresses are compared in; empty texts where there is none."""

    local: str
    domain: str

    @property
    def free(self) -> bool:
        """Whether its provider gives an address to anybody."""
        return self.domain in FREE_DOMAINS

    @property
    def shared(self) -> bool:
        """Whether it is a desk's (`sales@`) rather than a person's."""
        return self.local in _SHARED_LOCALS

    @property
    def text(self) -> str:
        """The whole address; empty where there is none."""
        return f"{self.local}@{self.domain}" if self.domain else ""


_NOTHING = Email("", "")


def email(text: str) -> Email:
    """Read an address; a slip in its ending (`qq.con`) is put right, anything else is nothing."""
    if "@" not in text:
        return _NOTHING
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    local, _, domain = "".join(folded.split()).lower().partition("@")
    for slip, right in _SLIPS.items():
        if domain.endswith(slip):
            domain = domain.removesuffix(slip) + right
    return Email(local, domain) if local and "." in domain else _NOTHING
