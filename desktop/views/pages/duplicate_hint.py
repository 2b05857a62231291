"""The line that says, while a new record is typed, that one like it may be there already."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from crm_core.model.schema import Kind
from crm_core.store.search import Hit
from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage

_PAUSE_MS = 400
_LEAST_CHARACTERS = 2
_LEAST_DIGITS = 7
_NAMED = 3
_ASKED = 20


class DuplicateHint(InlineMessage):
    """Give it the name and the phone as they are typed; it looks them up after a short pause."""

    def __init__(self, session: Session, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self._entity = entity
        self._name = self._phone = ""
        self._asked = 0
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look)

    def watch(self, name: str, phone: str) -> None:
        """What is typed now."""
        digits = _digits(phone)
        if (name.strip(), digits) != (self._name, self._phone):
            self._name, self._phone = name.strip(), digits
            self._pause.start()

    @Slot()
    def _look(self) -> None:
        self._asked += 1
        asked, name, phone = self._asked, self._name, self._phone

        def answer(hits: list[Hit]) -> None:
            if asked == self._asked:
                self._say(hits)

        self._session.ask(lambda: self._alike(name, phone), answer, self)

    def _alike(self, name: str, phone: str) -> list[Hit]:
        """On the database thread."""
        search, entities = self._session.workspace.search, (self._entity,)
        found: dict[str, Hit] = {}
        if len(phone) >= _LEAST_DIGITS:
            hits = search(phone, entities=entities, limit=_ASKED)
            # The index also answers to the last digits; only a whole number is worth a warning.
            found |= {hit.id: hit for hit in hits if _calls(phone, self._numbers(hit))}
        if len(name) >= _LEAST_CHARACTERS:
            hits = search(name, entities=entities, limit=_NAMED)
            # The index also answers to pinyin; only what is written alike is worth a warning.
            found |= {h.id: h for h in hits if name.casefold() in h.title.casefold()}
        return list(found.values())[:_NAMED]

    def _numbers(self, hit: Hit) -> set[str]:
        """The phone numbers of a record, digits only."""
        replica = self._session.workspace.replica
        record = replica.record(hit.entity, hit.id) or {}
        fields = replica.registry.entity(hit.entity).fields
        phones = (spec.name for spec in fields if spec.kind is Kind.PHONE)
        return {_digits(str(record.get(name) or "")) for name in phones}

    def _say(self, hits: Sequence[Hit]) -> None:
        names = [f"{hit.title} ({hit.subtitle})" if hit.subtitle else hit.title for hit in hits]
        words = self.tr("There may be one already: {0}").format(", ".join(names)) if names else ""
        self.show_message(words, Tone.WARN)


def _digits(phone: str) -> str:
    """The digits of a number without the country code of China."""
    digits = "".join(character for character in phone if character.isdecimal())
    abroad = phone.strip().startswith(("+86", "0086"))
    return digits.removeprefix("00").removeprefix("86") if abroad else digits


def _calls(phone: str, numbers: set[str]) -> bool:
    """Whether `phone` is one of the numbers, where a landline may lack its area code."""
    area_codes = (3, 4)
    local = (n for n in numbers if n.startswith("0") and len(n) - len(phone) in area_codes)
    return phone in numbers or any(number.endswith(phone) for number in local)
