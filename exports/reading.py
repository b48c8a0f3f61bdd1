"""Rows of the register in words: each value as a person reads it, each row of a collection as one line."""

import datetime as dt
from typing import Any

from exports.columns import Column
from exports.publication import activity_columns, part_columns, processor_columns, sub_processor_columns
from exports.texts import day, moment, printable
from models.register.catalogue import Terms
from models.register.parts import AccessRight, Part, Retention
from models.register.words import COUNTED_UNITS
from models.vocabulary import N_

TO_VERIFY = N_("à vérifier")
FREE_TEXT = N_("zone de texte libre")


class Reader:
    """Reads loaded objects of the register. A field that a public version withholds reads as empty, always."""

    def __init__(self, terms: Terms, public: bool = False) -> None:
        self.terms, self.public = terms, public
        self.columns: dict[str, tuple[Column, ...]] = {
            "activity": activity_columns(public),
            "processor": processor_columns(public),
            "sub_processor": sub_processor_columns(public),
            **part_columns(public),
        }
        self._by_key = {name: {column.key: column for column in columns} for name, columns in self.columns.items()}

    def shows(self, collection: str) -> bool:
        """Whether this version has the collection at all."""
        return collection in self.columns

    def rows(self, activity: Any, collection: str) -> list[Any]:
        """The rows of a collection, none when it is withheld."""
        return list(getattr(activity, collection)) if self.shows(collection) else []

    def title(self, collection: str, key: str) -> str:
        """The French label of a field."""
        return self._by_key[collection][key].title

    def words(self, row: Any, key: str) -> str:
        """A value in words: label, Oui or Non, date in Paris time, text; "" when it is empty or withheld."""
        column = self._by_key.get(_collection(row), {}).get(key)
        value = getattr(row, key) if column else None
        if column is None or value is None:
            return ""
        if isinstance(value, dt.datetime):
            return moment(value)
        if isinstance(value, dt.date):
            return day(value)
        if key in ("department", "processor"):
            return printable(value.name)
        if column.kind == "terms":
            return " ; ".join(self.terms.label(column.scheme or "", code) for code in value)
        return printable(str(column.to_cell(value, self.terms))).strip()

    def facts(self, row: Any, *keys: str) -> list[tuple[str, str]]:
        """(label, words) of those fields that hold something."""
        told = ((key, self.words(row, key)) for key in keys)
        return [(self.title(_collection(row), key), words) for key, words in told if words]

    def line(self, row: Part) -> str:
        """A row of a collection on one line."""
        tell = getattr(self, f"_tell_{row.collection}")
        return " ".join(str(tell(row)).split())

    # How each collection is told

    def _tell_actors(self, row: Any) -> str:
        place = self._all(row, "postcode", "city", apart=" ")
        return f"{self.words(row, 'role')} : " + _joined(
            ", ", self._all(row, "name", "address"), place, self._all(row, "country", "phone", "email")
        )

    def _tell_purposes(self, row: Any) -> str:
        return _with(
            self.words(row, "label"), self.basis(row), self.words(row, "legitimate_interest"), self.special(row)
        )

    def _tell_person_groups(self, row: Any) -> str:
        return _with(self.words(row, "category"), self.words(row, "details"))

    def _tell_data_items(self, row: Any) -> str:
        what = _joined(" : ", self.words(row, "category"), self.words(row, "description"))
        return _with(what, self.words(row, "person_category"), self.origin(row), self.duty(row), self.free_text(row))

    def _tell_retentions(self, row: Any) -> str:
        stage = self._all(row, "data_category", "stage", apart=" ; ")
        return f"{_with(self.words(row, 'item'), stage)} : " + _with(
            self.duration(row),
            self.words(row, "reference"),
            self.reliability(row),
            TO_VERIFY if row.is_to_verify else "",
        )

    def _tell_recipients(self, row: Any) -> str:
        return _with(f"{self.words(row, 'kind')} : {self.recipient(row)}", self.words(row, "reason"))

    def _tell_transfers(self, row: Any) -> str:
        return _with(
            self._all(row, "recipient", "country"), self._all(row, "mechanism", "document", "details", apart=" ; ")
        )

    def _tell_security_measures(self, row: Any) -> str:
        return self._all(row, "category", "description", apart=" : ")

    def _tell_access_rights(self, row: Any) -> str:
        review = self.words(row, "review_on")
        return (
            _with(self.words(row, "profile"), self.words(row, "scope"))
            + " : "
            + _with(self.operations(row) or N_("aucun droit"), review and N_("revue le ") + review)
        )

    # Values made of several fields

    def basis(self, purpose: Any) -> str:
        """The lawful basis of a purpose with its text."""
        return self._all(purpose, "lawful_basis", "lawful_basis_reference")

    def special(self, purpose: Any) -> str:
        """What allows a purpose to use data of articles 9 or 10."""
        return self._all(purpose, "art9_condition", "art9_reference")

    def origin(self, item: Any) -> str:
        """From whom data come."""
        return self._all(item, "source", "source_details")

    def duty(self, item: Any) -> str:
        """Whether data must be given, and what happens otherwise (art. 13(2)(e))."""
        if item.mandatory is None:
            return self.words(item, "consequence")
        said = N_("fourniture obligatoire") if item.mandatory else N_("fourniture facultative")
        return _joined(" : ", said, self.words(item, "consequence"))

    def free_text(self, item: Any) -> str:
        """A mark where free text may gather what should not be there."""
        return FREE_TEXT if item.free_text else ""

    def duration(self, retention: Retention) -> str:
        """How long, and from when: « 20 ans, à compter de : dernier séjour »."""
        if retention.duration is not None and retention.unit in COUNTED_UNITS:
            length = f"{retention.duration} {self.words(retention, 'unit')}"
        else:
            length = self._all(retention, "duration", "unit", apart=" ")
        start = _inner(self.words(retention, "trigger"))
        return _joined(", ", _inner(length), self.words(retention, "wording"), start and N_("à compter de : ") + start)

    def reliability(self, retention: Retention) -> str:
        """How well a duration is founded, and who confirmed it when."""
        told = self.words(retention, "confidence").removesuffix(f", {TO_VERIFY}")
        if not retention.confirmed_at:
            return told
        by = self.words(retention, "confirmed_by")
        return (
            f"{told}, " + N_("confirmée le ") + self.words(retention, "confirmed_at") + (N_(" par ") + by if by else "")
        )

    def recipient(self, recipient: Any) -> str:
        """Who receives: the name, the kind of body, the processor of the directory."""
        told = dict.fromkeys(filter(None, (self.words(recipient, key) for key in ("processor", "name", "category"))))
        return ", ".join(told)

    def operations(self, right: AccessRight) -> str:
        """What a profile may do: « consulter, créer »."""
        granted = (key for key in AccessRight.OPERATIONS if getattr(right, key))
        return _inner(", ".join(_inner(self.title("access_rights", key)) for key in granted))

    def _all(self, row: Any, *keys: str, apart: str = ", ") -> str:
        return _joined(apart, *(self.words(row, key) for key in keys))


def _collection(row: Any) -> str:
    return str(getattr(row, "collection", None) or row.__tablename__)


def _joined(apart: str, *texts: str) -> str:
    return apart.join(text for text in texts if text)


def _with(main: str, *details: str) -> str:
    inside = _joined(" ; ", *details)
    return f"{main} ({inside})" if main and inside else main or inside


def _inner(label: str) -> str:
    """A label inside a sentence: its first letter is small, unless it begins an abbreviation."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
