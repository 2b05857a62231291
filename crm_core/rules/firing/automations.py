"""The body of an automation: when something happens and it is so and so, do this (decision 051).

Data only. What is decided from it is in `deciding`, what is done in `acting`; both programs run the
same. Words it does not know make a rule unreadable here: kept, shown and obeyed by nobody.
"""

from dataclasses import dataclass
from enum import StrEnum

from crm_core.rules.documents import When

KIND = "automation"
ALWAYS = When()
MESSAGES = ("follow_up", "visit")
"""What was said comes in as one of these."""


class On(StrEnum):
    """What sets a rule off."""

    CREATED = "created"
    CHANGED = "changed"
    """One of `fields` was written (none named: any), after the record was created."""
    SAVED = "saved"
    """Created, or one of `fields` changed."""
    STAGE = "stage"
    """The stage moved, from one of `before` to one of `after` (none named: any)."""
    MESSAGE = "message"
    """A follow-up or visit says one of `words` (row 3.8)."""
    MOMENT = "moment"
    """So many `hours` after what stands in `field`; negative: before. Dates begin at `at`."""
    DAILY = "daily"
    MONTHLY = "monthly"
    """On the `day` of every month at `at`; of a date in `field`, those whose month it is."""


class Do(StrEnum):
    """What a rule does."""

    SET = "set"
    TASK = "task"
    NOTIFY = "notify"
    """A task of kind reminder, due at once."""
    TAG = "tag"
    UNTAG = "untag"
    QUEUE = "queue"
    """Put an article into the queue of what is to be sent (row 3.13)."""
    APPROVAL = "approval"
    WEBHOOK = "webhook"


class Put(StrEnum):
    """Where a value comes from."""

    VALUE = "value"
    COPY = "copy"
    """From another field of the record that set the rule off."""
    NOW = "now"
    TODAY = "today"
    """Today and `days` more."""


class Whom(StrEnum):
    """For whom a task is."""

    OWNER = "owner"
    LEADER = "manager"
    """Whoever leads the owner: the nearest team upwards that has somebody of that role."""
    AUTHOR = "author"
    """Who did what set the rule off; the owner, where a clock did."""
    ROLE = "role"
    """Everybody of a role in the nearest team upwards from the owner; else everybody of it."""
    USER = "user"
    DUTY = "duty"
    """Whoever of a role is on duty by its roster, else who comes next (row 4.16); who leads the
    owner where nobody does."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets the rule off; which of the fields count depends on `on`."""

    on: On
    fields: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    field: str = ""
    hours: float = 0
    yearly: bool = False
    """MOMENT: every year on that day, as a birthday is."""
    at: str = "09:00"
    """China time."""
    day: int = 1
    catch_up_days: int = 1
    """How far back a clock looks when the rule is new; later it misses nothing."""


@dataclass(frozen=True, slots=True)
class Related:
    """A condition on the record that a field leads to: customer, lead, owner."""

    through: str
    when: When = ALWAYS


@dataclass(frozen=True, slots=True)
class Unless:
    """Nothing is done where a later record of `entity` shares one of the fields `same`.

    Later than what stands in `since` of the record: by it the rule waits for an answer. Empty:
    whenever there is one at all.
    """

    entity: str
    same: tuple[str, ...]
    since: str = ""
    when: When = ALWAYS


@dataclass(frozen=True, slots=True)
class Action:
    """One thing done; which of the fields count depends on `do`."""

    do: Do
    through: str = ""
    """The field that leads to the record acted on; empty: the record itself."""
    field: str = ""
    put: Put = Put.VALUE
    value: str | int | bool | None = None
    copy: str = ""
    days: int = 0
    only_if: When = ALWAYS
    """SET: of the record acted on; otherwise it is left as it is."""
    title: str = ""
    """Of a task or a notice, with placeholders: [姓名], [客户], [负责人], [any field's name]."""
    remark: str = ""
    kind: str = "todo"
    """Of a task (`choices.TASK_KIND`)."""
    due_hours: float = 0
    working: bool = False
    """Whether only working hours count."""
    whom: Whom = Whom.OWNER
    role: str = ""
    user: str = ""
    duty: str = ""
    """What the roster is called: the role as it stands there."""
    tag: str = ""
    article: str = ""
    """Its id, or its title."""
    approval: str = ""
    """The id of the approval rule that is asked."""
    url: str = ""
    fields: tuple[str, ...] = ()
    """WEBHOOK: what of the record is sent."""


@dataclass(frozen=True, slots=True)
class Automation:
    """When, if, then."""

    trigger: Trigger
    actions: tuple[Action, ...]
    when: When = ALWAYS
    related: tuple[Related, ...] = ()
    unless: tuple[Unless, ...] = ()
    once: bool = False
    """Fire at most once for a record, whatever happens to it later."""
