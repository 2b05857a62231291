"""Points and badges: what one person has earned, from records alone, and why (row 6.21).

Nothing is hidden and nobody is ranked: the ledger is one's own, every line opens the records it
counts, and a record that is put right or taken away changes it at once.
"""

from dataclasses import dataclass

from crm_core.model.entities_content import CASE_WORDS
from crm_core.model.query import All, Condition, Not, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label

PROFILE = ("phone", "city", "industry", "level", "state")
"""A customer whose file has all of these is full."""
EACH_PROFILE, EACH_CASE = 5, 10
STAR = Label("服务之星", "Star of service")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    label: Label
    rule: Label
    """What earns it, in a sentence."""
    each: int
    """Points a record; 0 for what earns a badge instead."""
    count: int
    query: Query

    @property
    def points(self) -> int:
        """What the line comes to."""
        return self.each * self.count


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything one person has earned."""

    entries: tuple[Entry, ...]
    badges: tuple[Label, ...]

    @property
    def points(self) -> int:
        """The sum of the lines."""
        return sum(one.points for one in self.entries)


def full_profiles(person: str) -> Query:
    """Customers of a person whose file is full."""
    filled = tuple(Not(Test(name, Op.EQ, None)) for name in PROFILE)
    where = All((Test("owner", Op.EQ, person), *filled))
    return Query("customer", where, (Sort("name"),))


def cases(ids: tuple[str, ...] = ()) -> Query:
    """Articles that are success cases; with ids, those alone."""
    where: Condition = AnyOf(
        tuple(
            Test(name, Op.CONTAINS, word) for name in ("title", "category") for word in CASE_WORDS
        )
        + tuple(Test("tags", Op.HAS, word) for word in CASE_WORDS)
    )
    return Query("article", Test("id", Op.IN, ids) if ids else where, (Sort("title"),))


def praise(person: str) -> Query:
    """Service visits of a person after which the customer was content."""
    tests = (Test("owner", Op.EQ, person), Test("purpose", Op.EQ, "service"),
             Test("sentiment", Op.EQ, "+"))  # fmt: skip
    return Query("visit", All(tests), (Sort("started_at", descending=True),))


def ledger(person: str, *, profiles: int, own_cases: tuple[str, ...], praised: int) -> Ledger:
    """The ledger of one person."""
    entries = (
        Entry(
            Label("资料完整的客户", "Full customer files"),
            Label(
                "我负责的客户，电话、城市、行业、级别、状态都填了：每位 +5。",
                "A customer of mine with phone, city, industry, level and state: +5 each.",
            ),
            EACH_PROFILE, profiles, full_profiles(person),
        ),
        Entry(
            Label("成功案例", "Success cases"),
            Label(
                "我写的知识文章，分类、标题或标签是“案例”：每篇 +10。",
                "An article I wrote whose category, title or tag says it is a case: +10 each.",
            ),
            EACH_CASE, len(own_cases), cases(own_cases or ("",)),
        ),
        Entry(
            Label("客户好评", "Praise"),
            Label(
                "我的售后服务拜访，客户态度记为积极：得到“服务之星”。",
                "A service visit of mine after which the customer was content: the star of "
                "service.",
            ),
            0, praised, praise(person),
        ),
    )  # fmt: skip
    return Ledger(entries, (STAR,) if praised else ())
