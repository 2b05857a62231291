"""Which encoding a text file is in: the Chinese ones by sense, others by charset-normalizer.

A file's first part is looked at; what later does not decode becomes U+FFFD, and whoever reads the
rows refuses those cells by name, so that no garbled text is stored.
"""

import codecs
from dataclasses import dataclass

LOOKED_AT = 256 * 1024
"""Bytes of a file from which its encoding is guessed."""
READS_CHINESE = 0.05
"""What `merit` says at least of a Chinese text."""
_SCORED = 20_000
"""Characters by which it is told apart what decodes either way."""
OFFERED = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be", "shift_jis", "cp1252")
"""What a person may choose where the guess is wrong."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The commonest characters of Chinese business tables, simplified and traditional.
_COMMON = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为公司限责任股份科技医院学校省市区县路号街道州海京广深东南西北"
    "名称客户姓联系电话手机邮箱地址备注负责经理主管先生女士王李张刘陈杨黄赵吴周徐孙马朱胡林何高梁郑罗宋谢唐"
    "韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦"
    "阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚部门单位产品数量金额日期时间编状态类型级别行业来源"
    "國個來們為稱戶姓聯繫電話機郵箱註負責經級醫學縣號廣東陳楊黃趙吳孫馬許鄧蕭馮蔣範鐘盧陸羅鄭謝韓"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding Python knows, and whether it is as good as certain."""

    encoding: str
    sure: bool


def guess(sample: bytes) -> Guess:
    """The encoding of a file that begins with `sample`; UTF-8 for nothing."""
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return Guess(encoding, sure=True)
    wide = _utf16(sample)
    if wide:
        return Guess(wide, sure=True)
    if _decoded(sample, "utf-8") is not None:
        return Guess("utf-8", sure=True)
    scores = {name: merit(_decoded(sample, name)) for name in ("gb18030", "big5")}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > READS_CHINESE:
        return Guess(best, sure=True)
    # With a damaged place, or lines of another file, it is what reads best all the same.
    hurt = {name: merit(sample.decode(name, "replace")) for name in ("utf-8", "gb18030", "big5")}
    likeliest = max(hurt, key=lambda name: hurt[name])
    if hurt[likeliest] > READS_CHINESE:
        return Guess(likeliest, sure=False)
    from charset_normalizer import from_bytes  # Hardly ever needed.

    found = from_bytes(sample[:65_536]).best()
    if found is not None and _decoded(sample, found.encoding) is not None:
        return Guess(found.encoding, sure=False)
    if scores[best] > -1:
        return Guess(best, sure=False)
    return Guess("utf-8", sure=False)


def _utf16(sample: bytes) -> str:
    """UTF-16 without a mark: its ASCII shows as zeros in every other byte."""
    even, odd = sample[0:4096:2], sample[1:4096:2]
    if len(odd) < 4:
        return ""
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros_odd > 0.2 and zeros_even < 0.02 and _decoded(sample, "utf-16-le") is not None:
        return "utf-16-le"
    if zeros_even > 0.2 and zeros_odd < 0.02 and _decoded(sample, "utf-16-be") is not None:
        return "utf-16-be"
    return ""


def _decoded(sample: bytes, encoding: str) -> str | None:
    """The text, but for a character cut off at the end; None where it is not of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        return decoder.decode(sample)
    except (UnicodeDecodeError, LookupError):
        return None


def merit(text: str | None) -> float:
    """How far a text reads like Chinese: the share of common characters, less what is odd."""
    if text is None:
        return -1.0
    wide = [c for c in text[:_SCORED] if ord(c) > 0x7F]
    if not wide:
        return 0.0
    common = sum(c in _COMMON for c in wide)
    odd = sum(
        0xE000 <= ord(c) <= 0xF8FF or 0x3040 <= ord(c) <= 0x30FF or c == "\ufffd" for c in wide
    )
    return (common - 2 * odd) / len(wide)
