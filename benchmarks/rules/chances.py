"""Records and what people do to them, by chance: what verdicts of rules are compared over.

A story is what happens around one lead: each act is done to one record, and is worked out when it
is asked for, so that its moments follow the clock.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crm_core.clock import CHINA, iso_moment

Values = Mapping[str, object]
_INDUSTRIES = ("hospital", "clinic", "dealer", "school", "family", "company", "government", None)
_PAGES = (["价格页"], ["案例页"], ["价格页", "案例页"], None)
_DOWNLOADS = (["白皮书"], ["产品手册"], None)
_SAID = (
    "方案已发，等回复", "客户说再考虑一下", "合同草稿已给", "闲聊", "等领导批", "报价已经给了",
    "下周演示，约了主任",
)  # fmt: skip
_ACTIONS = ("called", "sent", "visited", "booked", "quoted", "signed", "unreached", "wechat",
            "technical")  # fmt: skip
_PLACES = ((None, None), ("江苏", "苏州"), ("上海", "上海"), ("广东", "深圳"), ("浙江", "杭州"))
_SOURCES = ("抖音直播", "转介绍", "微博广告", "官网", None)
_LEAD_STAGES = ("captured", "touched", "need", "proposal", "objection", "trial")
_DEAL_STAGES = ("contact", "need", "demo", "quote", "negotiate")


@dataclass(frozen=True, slots=True)
class Act:
    """One record written: created where it is not there yet, else changed."""

    entity: str
    id: str
    values: Values


@dataclass(slots=True)
class Chances:
    """Dice, a clock, and the people who own what is made."""

    dice: random.Random
    now: Callable[[], datetime]
    owners: tuple[str, ...]
    prefix: str = ""
    """Of every id: no two worlds meet."""
    withheld: frozenset[str] = frozenset()
    """Fields of leads that whoever acts may not write."""
    made: list[tuple[str, str]] = field(default_factory=list)
    """(entity, id) of everything there is."""

    def story(self, number: int) -> Iterator[Act]:
        """What happens around one lead."""
        customer, lead, deal = (f"{self.prefix}{kind}{number}" for kind in "cld")
        owner = self.dice.choice(self.owners)
        yield self._make("customer", customer, {**self.customer(number), "owner": owner})
        yield self._make("contact", f"{customer}-p", self.contact(number, customer, owner))
        yield self._make("lead", lead, {**self.lead(number), "owner": owner, **self._of(customer)})
        yield Act("lead", lead, self.lead_change(number))
        yield self._make("follow_up", f"{lead}-f", self.follow_up(lead, customer, owner))
        yield self._make("opportunity", deal, self.deal(number, customer, owner))
        yield self._make("visit", f"{lead}-v", self.visit(lead, customer, owner))
        yield Act("customer", customer, self.customer_change(number))
        yield self._make("task", f"{lead}-t", self.task(lead, customer, owner))
        yield self._make("attachment", f"{customer}-a", self.attachment(customer, owner))
        yield Act("opportunity", deal, self.deal_change())
        yield Act("lead", lead, self.lead_change(number + 1))
        yield self._make("follow_up", f"{deal}-f", self.follow_up(None, customer, owner))
        if self.dice.random() < 0.3:
            yield self._make("exemption", f"{lead}-e", self.exemption(lead, deal, customer, owner))

    def _make(self, entity: str, record: str, values: Values) -> Act:
        self.made.append((entity, record))
        return Act(entity, record, {n: v for n, v in values.items() if v is not None})

    def _of(self, customer: str) -> Values:
        return {"customer": customer} if self.dice.random() < 0.4 else {}

    # -- records -------------------------------------------------------------------------------

    def lead(self, number: int) -> dict[str, object]:
        """A lead as it comes in; what is None is left out."""
        some = self.dice.choice
        province, city = some(_PLACES)
        values = {
            "name": f"林{number}", "stage": some(_LEAD_STAGES) if number % 4 == 0 else "captured",
            "visited_pages": some(_PAGES), "downloads": some(_DOWNLOADS),
            "phone": some((None, f"139{number:08d}")),
            "budget": some((None, 5_000, 30_000_000, 90_000_000)),
            "source": some(_SOURCES), "medium": some(("sem", "feed", None)),
            "need": some(("price", "trial", "custom", None)), "industry": some(_INDUSTRIES),
            "annual_purchase": some((None, 20_000_000, 150_000_000)),
            "province": province, "city": city, "grade": some((None, None, "A", "C")),
            "email": some((None, f"a{number}@qq.com", f"a{number}@example.com")),
            "received_at": self._before(24 * 6), "assigned_at": some((None, self._before(48))),
        }  # fmt: skip
        return self._allowed(values)

    def _allowed(self, values: Values) -> dict[str, object]:
        kept = values.keys() - self.withheld
        return {name: values[name] for name in values if name in kept}

    def lead_change(self, number: int) -> dict[str, object]:
        """What somebody learns of a lead."""
        some = self.dice.choice
        found: tuple[dict[str, object], ...] = (
            {"phone": f"138{number:08d}", "visited_pages": ["价格页"]},
            {"budget": some((None, 1_000_000, 60_000_000)), "need": "trial"},
            {"interest": f"产品{number % 7}", "downloads": ["白皮书"]},
            {"stage": some(_LEAD_STAGES)}, {"remark": "重点"},
            {"grade": some(("A", "B", "C")), "grade_reason": "主任亲自来电"},
            {"industry": some(_INDUSTRIES), "source": some(_SOURCES)},
            {"first_response_at": self._before(1)},
        )  # fmt: skip
        return self._allowed(some(found))

    def customer(self, number: int) -> dict[str, object]:
        """A customer."""
        some = self.dice.choice
        province, city = some(_PLACES)
        return {
            "name": f"客户{number}", "kind": "organisation", "level": some(("A", "B", "C", None)),
            "state": some(("prospect", "active", "dormant", "lost")), "industry": some(_INDUSTRIES),
            "province": province, "city": city, "department": some((None, "检验科")),
            "annual_purchase": some((None, 10_000_000, 300_000_000)),
            "buyer_title": some((None, "主任")), "contract_end": some((None, self._day(0, 45))),
            "email": some((None, f"c{number}@163.com")),
        }  # fmt: skip

    def customer_change(self, number: int) -> dict[str, object]:
        """What happens to a customer."""
        some = self.dice.choice
        found: tuple[dict[str, object], ...] = (
            {"service_reads": some((1, 3, 5)), "service_read_seconds": some((60, 121, 500))},
            {"contract_end": self._day(1, 40)},
            {"industry": "hospital", "remark": f"改过 {number}"},
            {"level": some(("A", "B", "C")), "state": some(("active", "lost"))},
        )  # fmt: skip
        return some(found)

    def contact(self, number: int, customer: str, owner: str) -> dict[str, object]:
        """Somebody at a customer; some are born on 29 February."""
        day = self.dice.choice((None, "1980-02-29", f"1979-{1 + number % 12:02d}-15"))
        part = self.dice.choice(("decision", "user", "buyer", None))
        return {"name": f"联系人{number}", "customer": customer, "part": part, "birthday": day,
                "owner": owner}  # fmt: skip

    def deal(self, number: int, customer: str, owner: str) -> dict[str, object]:
        """A deal."""
        some = self.dice.choice
        return {
            "name": f"商机{number}", "customer": customer, "stage": some(_DEAL_STAGES),
            "amount": some((None, 1_000_000, 80_000_000)), "owner": owner,
            "products": some((None, ["监护仪"])), "close_on": some((None, self._day(-3, 60))),
        }  # fmt: skip

    def deal_change(self) -> dict[str, object]:
        """What happens to a deal."""
        some = self.dice.choice
        found: tuple[dict[str, object], ...] = (
            {"stage": some(_DEAL_STAGES)}, {"amount": some((500_000, 90_000_000))},
            {"competitors": ["友商"], "close_on": self._day(1, 30)}, {"moved_back": some((1, 2))},
        )  # fmt: skip
        return some(found)

    def follow_up(self, lead: str | None, customer: str, owner: str) -> dict[str, object]:
        """Something said."""
        some = self.dice.choice
        return {
            "action": some(_ACTIONS), "conclusion": some(_SAID), "happened_at": self._before(96),
            "lead": lead, "customer": some((customer, None)) if lead else customer,
            "next_on": some((None, self._day(1, 9))), "owner": owner,
            "concerns": some((None, ["摇号焦虑"], ["价格"])),
        }  # fmt: skip

    def visit(self, lead: str, customer: str, owner: str) -> dict[str, object]:
        """A visit."""
        some = self.dice.choice
        return {
            "customer": customer, "lead": some((lead, None)), "started_at": self._before(72),
            "purpose": some(("first", "regular", "demo", "quote", "service")), "owner": owner,
            "summary": some((None, *_SAID)), "concerns": some((None, ["摇号焦虑"])),
        }  # fmt: skip

    def task(self, lead: str, customer: str, owner: str) -> dict[str, object]:
        """A task, some of them promises that are due."""
        some = self.dice.choice
        return {
            "title": some(("客户签署确认函", "寄样品")), "kind": some(("promise", "todo")),
            "state": "open", "due_at": self._before(30), "lead": lead, "customer": customer,
            "owner": owner,
        }  # fmt: skip

    def attachment(self, customer: str, owner: str) -> dict[str, object]:
        """A file's record; its bytes never come."""
        name = self.dice.choice(("最新报价.pdf", "合同.docx", "照片.jpg"))
        return {"name": name, "customer": customer, "owner": owner}

    def exemption(self, lead: str, deal: str, customer: str, owner: str) -> dict[str, object]:
        """A time that does not count, for one record or for all of a customer."""
        narrow = self.dice.choice(({"lead": lead}, {"opportunity": deal}, {"customer": customer}))
        return {
            "kind": "holiday", "reason": "客户休假", "since": self._before(60),
            "until": iso_moment(self.now() + timedelta(hours=self.dice.randint(1, 200))),
            "owner": owner, **narrow,
        }  # fmt: skip

    def _before(self, hours: float) -> str:
        """A moment of the last so many hours."""
        return iso_moment(self.now() - timedelta(seconds=self.dice.uniform(0, hours * 3600)))

    def _day(self, first: int, last: int) -> str:
        day = self.now().astimezone(CHINA).date() + timedelta(days=self.dice.randint(first, last))
        return day.isoformat()
