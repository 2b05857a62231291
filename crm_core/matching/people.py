"""Persons as they are written in customer lists: names, titles, hidden characters; pure."""

import re
from functools import lru_cache
from typing import NamedTuple

from crm_core.matching.spelling import sounded

_BY_FREQUENCY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
    "贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷"
    "钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路"
    "岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍"
    "翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全"
    "褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练"
    "仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺闫肖付代覃邝仝"
)
SURNAMES = {name: rank for rank, name in reversed(tuple(enumerate(_BY_FREQUENCY)))}
"""One-character surnames, each with its place when the commonest come first (Ministry of Public
Security, 2020), with the simple forms people use for them (闫, 肖, 付)."""

DOUBLE_SURNAMES = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "司徒",
        "皇甫",
        "夏侯",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "端木",
        "东方",
        "独孤",
        "南宫",
        "长孙",
        "宇文",
        "轩辕",
    ]
)

TITLES = tuple(
    """
    总经理 副总 董事长 总监 经理 主任 院长 校长 店长 科长 处长 部长 厂长 所长 会长 局长 主管
    老板 老板娘 老师 医生 大夫 教授 护士长 先生 女士 小姐 太太 师傅 同学 妈妈 爸爸
    总 工 哥 姐 董 叔 姨 局 处 科
    """.split()  # noqa: SIM905
)
"""What follows a surname in place of a given name, longer ones first where one ends another."""

_TITLE_WORDS = "|".join(sorted(TITLES, key=len, reverse=True))
_TITLED = re.compile(rf"(?:{_TITLE_WORDS})+")
_AT_THE_END = re.compile(rf"(.+?)(..?)({_TITLE_WORDS})")
_LATER_IN_A_NAME = re.compile(r"[一-鿿*]+")
_LONGEST_NAME = 4


class Person(NamedTuple):
    """A person in the form persons are compared in; empty texts where nothing is known."""

    surname: str = ""
    given: str = ""
    """Empty where only surname and title are known; `*` stands for one hidden character."""
    titled: bool = False

    @property
    def name(self) -> str:
        """Surname and given name, empty where either is unknown or partly hidden."""
        whole = self.surname + self.given
        return whole if self.given and "*" not in whole else ""

    @property
    def shown(self) -> str:
        """Surname and given name as far as they are known."""
        return self.surname + self.given


NOBODY = Person()


def person(text: str) -> Person:
    """Read a person's name in plain spelling: 王芳, 王芳女士, 张总, 老李, 林*娜.

    Nobody where the text is not a Chinese name: it may be a company's.
    """
    bare = text.replace(" ", "")
    titled = False
    ends_as_titles_do = len(bare) > 1 and bare[-1] in _LAST_OF_TITLES
    if len(bare) > _LONGEST_NAME and not ends_as_titles_do:
        return NOBODY
    if ends_as_titles_do:
        before = _before_titles(bare)
        if before in SURNAMES or before in DOUBLE_SURNAMES:
            return Person(before, titled=True)
        if before and looks_like_a_name(before):
            bare, titled = before, True
    if len(bare) == 2 and bare[0] in "老小阿" and bare[1] in SURNAMES:
        return Person(bare[1], titled=True)
    if not looks_like_a_name(bare):
        return NOBODY
    size = 2 if bare[:2] in DOUBLE_SURNAMES and len(bare) > 2 else 1
    return Person(bare[:size], bare[size:], titled)


_LAST_OF_TITLES = frozenset(title[-1] for title in TITLES)


def _before_titles(text: str) -> str:
    """What stands before titles and nothing else, at most four characters; empty where none do."""
    for size in range(1, min(5, len(text))):
        if _only_titles(text[size:]):
            return text[:size]
    return ""


@lru_cache(maxsize=1 << 12)
def _only_titles(text: str) -> bool:
    return _TITLED.fullmatch(text) is not None


def looks_like_a_name(text: str) -> bool:
    """Whether a text may be a full Chinese name, perhaps with one character hidden."""
    size = len(text)
    if size not in (2, 3) and not (size == 4 and text[:2] in DOUBLE_SURNAMES):
        return False
    if text[0] not in SURNAMES and text[:2] not in DOUBLE_SURNAMES:
        return False
    return _LATER_IN_A_NAME.fullmatch(text, 1) is not None


def place_of_surname(sound: str) -> int:
    """The place of a surname among all by frequency, the commonest 1, given by its sound; the last
    of all where it is none: to share a rare one says more."""
    return _places().get(sound, len(SURNAMES)) + 1


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    by_sound: dict[str, int] = {}
    for name, rank in SURNAMES.items():
        sound = sounded(name)
        by_sound[sound] = min(rank, by_sound.get(sound, rank))
    return by_sound


def split_title_off(text: str) -> tuple[str, Person]:
    """A company with a person stuck to its end (`恒化工陈总`) → the company, the person."""
    if text and text[-1] in _LAST_OF_TITLES:
        match = _AT_THE_END.fullmatch(text)
        if match:
            before, name = match[1], match[2]
            if name in DOUBLE_SURNAMES:
                return before, Person(name, titled=True)
            if name[-1] in SURNAMES:
                return before + name[:-1], Person(name[-1], titled=True)
    return text, NOBODY
