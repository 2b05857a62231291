"""From the words of a note to a proposed visit: names become records, sums fen, dues moments.

Only proposes. What the person confirms goes through `commands.visits.do_log_visit`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crm_core.clock import CHINA
from crm_core.model.query import Condition, Op, Query, Sort, Test
from crm_core.model.values import Record
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import Action, KnownContact, Learnt, NoteContext, NoteFields
from desktop.services.commands.visits import TaskDraft, VisitDraft
from desktop.services.voice.expectation import Expectation
from desktop.services.workspace import Workspace

KNOWN_LIMIT = 2_000
"""How many contacts and customers beside the one in question a note is read against: those one
opens, then one's own, then the newest. More would make a wrong name likelier, and reading slower;
whoever is not among them is still found by `lookalikes` before being added."""
SURE_NAME = 0.6
"""A name heard less surely than this is never taken for a record unasked."""
_WITHIN_ONE = 0.4
"""Among the people of one customer a name needs less to be sure."""
_END_OF_WORK = "T18:00"
_TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class NameChoice:
    """A record a name of the note may mean."""

    id: str
    title: str
    detail: str = ""
    employer: str = ""
    """Of a contact: the id of their customer."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one note says, ready to be looked over."""

    draft: VisitDraft
    """`customer_id` is empty where nobody could tell whom it is about."""
    fields: NoteFields
    """As parsed, with the guesses: where each was heard and how sure it is."""
    customers: tuple[NameChoice, ...] = ()
    """More than one, or not sure: the person must choose."""
    customer_sure: bool = False
    contacts: tuple[NameChoice, ...] = ()
    contact_sure: bool = False
    unknown_customer: str = ""
    """A customer named whom nobody has yet; worth offering to add."""
    unknown_contact: str = ""
    """A person named who is not among the contacts; worth offering to add."""
    customers_alike: tuple[NameChoice, ...] = ()
    """Records that are called nearly like the unknown one: to be looked at before adding it."""
    contacts_alike: tuple[NameChoice, ...] = ()


def propose(
    workspace: Workspace,
    text: str,
    reference: datetime,
    customer_id: str | None = None,
    *,
    lexicon: Lexicon,
    voice: bool = False,
) -> Proposal:
    """Read a note against what this device knows.

    `reference` is the moment of dictation (aware), from which 明天 and 下周三 are counted.
    """
    reader = NoteReader(workspace, reference, customer_id, lexicon=lexicon)
    return reader.propose(text, voice=voice)


class NoteReader:
    """Reads one note again and again while it is written; the names are read and indexed once."""

    def __init__(
        self,
        workspace: Workspace,
        reference: datetime,
        customer_id: str | None = None,
        *,
        lexicon: Lexicon,
    ) -> None:
        """Like `propose`; takes about half a second with 2,000 contacts and 2,000 customers."""
        self._reference = reference
        self._customer_id = customer_id
        self._known = _Known.of(workspace, customer_id)
        self._weights, self._me = workspace.own_use.weights(), workspace.account.user_id
        local = reference.astimezone(CHINA).replace(tzinfo=None)
        context = self._known.context(local)
        self._parser = NoteParser(lexicon, context)
        self.expected = Expectation(lambda: context, lexicon)
        """What is likely to be said in such a note, for the recogniser."""

    def propose(self, text: str, *, voice: bool = False) -> Proposal:
        """The proposal of the note as it stands; touches no storage."""
        known, customer_id = self._known, self._customer_id
        fields = self._parser.parse(text)
        org, person = _heard(fields, "org"), _heard(fields, "contact")
        contacts = known.contacts_named(person.names, fields.org)
        customers = known.customers_meant(org.names, contacts)
        sure = (org if org.names else person).sure
        only = str(customers[0]["id"]) if len(customers) == 1 and sure >= SURE_NAME else ""
        one_customer = customer_id or only
        contacts = self._likelier("contact", contacts, one_customer)
        customers = self._likelier("customer", customers)
        enough = _WITHIN_ONE if customer_id else SURE_NAME
        person_sure = len(contacts) == 1 and person.sure >= enough
        draft = _draft(fields, text, self._reference, one_customer, voice=voice)
        if person_sure:
            draft = replace(draft, contact_id=str(contacts[0]["id"]))
        return Proposal(
            draft=draft,
            fields=fields,
            customers=tuple(_choice(c, "city") for c in customers),
            customer_sure=bool(only),
            contacts=tuple(_choice(c, "title") for c in contacts),
            contact_sure=person_sure,
            unknown_customer=fields.org or "" if not customers else "",
            unknown_contact=fields.contact or "" if not contacts else "",
        )

    def _likelier(self, entity: str, found: Sequence[Record], customer: str = "") -> list[Record]:
        """What one opens often and lately first, then one's own; of `customer` alone, if given."""
        within = [one for one in found if customer in ("", one.get("customer"))]

        def place(one: Record) -> tuple[float, bool]:
            return -self._weights.get((entity, str(one["id"])), 0.0), one.get("owner") != self._me

        return sorted(within, key=place)


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name of the note may be, the likeliest first, and how sure the first one is."""

    names: tuple[str, ...] = ()
    sure: float = 0.0


def _heard(fields: NoteFields, field: str) -> _Name:
    guess = next((one for one in fields.guesses if one.name == field), None)
    if guess is None:
        return _Name()
    return _Name(tuple(dict.fromkeys((str(guess.value), *guess.alternatives))), guess.confidence)


def expectation(workspace: Workspace, lexicon: Lexicon) -> Expectation:
    """What is likely to be said on this laptop, whoever it may be about; the names are read when
    it is asked."""

    def context() -> NoteContext:
        now = workspace.clock.now().astimezone(CHINA).replace(tzinfo=None)
        return _Known.of(workspace, None).context(now)

    return Expectation(context, lexicon)


@dataclass(frozen=True, slots=True)
class _Known:
    """The names of this device a note is read against, the customer in question first."""

    customers: list[Record]
    contacts: list[Record]
    products: list[Record]
    competitors: list[Record]
    wordings: list[Record]

    @classmethod
    def of(cls, workspace: Workspace, customer_id: str | None) -> "_Known":
        """Read them from the replica."""

        def newest(entity: str) -> list[Record]:
            order = (Sort("id", descending=True),)
            return list(workspace.replica.find(Query(entity, sort=order, limit=KNOWN_LIMIT)))

        def exactly(entity: str, where: Condition) -> list[Record]:
            return list(workspace.replica.find(Query(entity, where)))

        weights = workspace.own_use.weights()

        def likely(entity: str) -> list[Record]:
            opened = [one for kind, one in weights if kind == entity]
            known = list(workspace.replica.by_ids(entity, opened).values())
            mine, order = workspace.account.user_id, (Sort("id", descending=True),)
            own = Query(entity, Test("owner", Op.EQ, mine), sort=order, limit=KNOWN_LIMIT)
            known += workspace.replica.find(own)
            return _once([*known, *newest(entity)])[:KNOWN_LIMIT]

        customers, contacts = likely("customer"), likely("contact")
        if customer_id:
            customers = exactly("customer", Test("id", Op.EQ, customer_id)) + customers
            contacts = exactly("contact", Test("customer", Op.EQ, customer_id)) + contacts
        missing = {str(c["customer"]) for c in contacts if c.get("customer")}
        missing -= {str(c["id"]) for c in customers}
        customers += exactly("customer", Test("id", Op.IN, tuple(sorted(missing))))
        return cls(
            _once(customers), _once(contacts), newest("product"), newest("competitor"),
            newest("wording"),
        )  # fmt: skip

    def context(self, reference: datetime) -> NoteContext:
        """The same as the parser wants it; `reference` is local time."""
        names = {str(c["id"]): str(c["name"]) for c in self.customers}
        return NoteContext(
            reference=reference,
            contacts=tuple(
                KnownContact(
                    name=str(c["name"]),
                    title=str(c.get("title") or ""),
                    org=names.get(str(c.get("customer")), ""),
                    id=str(c["id"]),
                )
                for c in self.contacts
            ),
            orgs=tuple(str(c["name"]) for c in self.customers if c.get("kind") == "organisation"),
            products=self._named(self.products, "product"),
            competitors=self._named(self.competitors, "competitor"),
            learnt=tuple(
                # Without a mishearing it is known by its sound alone.
                Learnt(str(one.get("heard") or ""), str(one["meant"]))
                for one in self.wordings
                if one.get("meant")
            ),
        )

    def _named(self, records: list[Record], kind: str) -> tuple[str, ...]:
        """Names of records, and what else the company's list has of this kind."""
        words = (w["meant"] for w in self.wordings if w.get("kind") == kind and w.get("meant"))
        return tuple(dict.fromkeys([*(str(r["name"]) for r in records), *map(str, words)]))

    def contacts_named(self, names: Sequence[str], org: str | None) -> list[Record]:
        """Contacts the names mean: by full name, else by surname and title (王主任)."""
        found = [c for name in names for c in self._people_called(name)]
        theirs = {str(c["id"]) for c in self.customers if c["name"] == org}
        within = [c for c in found if str(c.get("customer")) in theirs]
        return _once(within or found)

    def _people_called(self, name: str) -> list[Record]:
        return [c for c in self.contacts if c["name"] == name] or [
            c for c in self.contacts if f"{str(c['name'])[:1]}{c.get('title') or ''}" == name
        ]

    def customers_meant(self, names: Sequence[str], contacts: Sequence[Record]) -> list[Record]:
        """Customers by name, else those of the contacts named."""
        named = [c for name in names for c in self.customers if c["name"] == name]
        theirs = {str(c.get("customer")) for c in contacts}
        return _once(named) or [c for c in self.customers if str(c["id"]) in theirs]


def _once(records: Iterable[Record]) -> list[Record]:
    return list({str(r["id"]): r for r in records}.values())


def _draft(
    fields: NoteFields, text: str, reference: datetime, customer_id: str, *, voice: bool
) -> VisitDraft:
    tasks = tuple(
        _task(kind, action)
        for kind, actions in (("promise", fields.promise), ("next", fields.next))
        for action in actions
        if action.what.strip()
    )
    return VisitDraft(
        customer_id=customer_id,
        started_at=reference.isoformat(timespec="seconds"),
        summary=text.strip(),
        products=fields.product,
        budget_min=_fen(fields.budget_min) if in_yuan(fields) else None,
        budget_max=_fen(fields.budget_max) if in_yuan(fields) else None,
        concerns=fields.concern,
        objections=fields.objection,
        competitors=fields.competitor,
        sentiment=fields.sentiment,
        captured_by="voice" if voice else "typed",
        transcript=text if voice else "",
        tasks=tasks,
        customer_changes=_next_contact(tasks),
    )


def _task(kind: str, action: Action) -> TaskDraft:
    due = action.due
    if due is not None and "T" not in due:
        due += _END_OF_WORK
    return TaskDraft(title=action.what.strip()[:_TITLE_LIMIT], kind=kind, due_at=due)


def _next_contact(tasks: Sequence[TaskDraft]) -> dict[str, object]:
    """The customer's next contact is the first thing promised or planned."""
    due = min((task.due_at for task in tasks if task.due_at), default=None)
    return {"next_contact_on": due[:10]} if due else {}


def in_yuan(fields: NoteFields) -> bool:
    """Whether the sum was said in yuan, which is what records are kept in: fifty thousand dollars
    are no fifty thousand yuan, and what a dollar is worth is for the person to say."""
    return fields.currency in {None, "CNY"}


def _fen(yuan: float | None) -> int | None:
    return None if yuan is None else round(yuan * 100)


def _choice(record: Record, detail: str) -> NameChoice:
    return NameChoice(
        str(record["id"]),
        str(record["name"]),
        str(record.get(detail) or ""),
        str(record.get("customer") or ""),
    )
