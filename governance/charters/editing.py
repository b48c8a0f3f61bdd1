"""The parts of a charter that a form edits, and how two people who edit the same one never lose a word."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from governance.charters import operations
from governance.charters.forms import (
    PdfForm,
    SectionForm,
    SeenForm,
    SettingsForm,
    blanks_form,
    choices_form,
    mark,
    sentences_form,
)
from governance.database import session
from governance.forms import apply
from governance.visitor import Visitor
from models.base import now
from models.charters.charter import Charter
from models.charters.differences import words
from models.charters.parts import CharterSection
from models.charters.text import SENTENCES
from models.journal import plain
from models.vocabulary import N_
from seed.charters import sync_blanks


class Edit(ABC):
    """A form on one part of a charter."""

    title: str = ""
    help: str = ""
    anchor: str = ""

    def __init__(self, charter: Charter) -> None:
        self.charter = charter

    @abstractmethod
    def form(self) -> SeenForm:
        """The form, filled with what was posted or with what is kept."""

    @abstractmethod
    def saved(self) -> dict[str, Any]:
        """What is kept, by field of the form."""

    @abstractmethod
    def fill(self, form: SeenForm) -> None:
        """Keep what the form holds. Raises RuleBroken."""

    def fresh(self) -> SeenForm:
        """The form as it is first shown, marked with what its reader sees."""
        form = self.form()
        form.seen.data = self.mark()
        return form

    def mark(self) -> str:
        return mark({name: plain(value) for name, value in self.saved().items()})

    def conflict(self, form: SeenForm) -> dict[str, Any]:
        """Who saved meanwhile, and how what is typed differs from it; sent again, the form replaces it knowingly."""
        found = []
        for name, kept in self.saved().items():
            field = form[name]
            before, after = _told(kept), _told(field.data)
            if before != after:
                found.append((str(field.label.text), words(before, after)))
        form.seen.data = self.mark()
        return {"by": self.charter.updated_by, "at": self.charter.updated_at, "differences": found}


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(_told(one) for one in value.values())
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(plain(value))


def keep(who: Visitor, make: Callable[[], Edit], form: SeenForm) -> tuple[int, dict[str, Any] | None]:
    """Keep a form sent: (303, None) when it is kept, 422 when it is refused, 409 with the conflict when somebody
    saved the same part since it was shown."""
    edit = make()
    if not form.sent():
        return 422, None
    if form.seen.data != edit.mark():
        return 409, edit.conflict(form)
    if not apply(form, lambda: _keep(who, edit, form)):
        return 422, None
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        return 409, make().conflict(form)
    return 303, None


def _keep(who: Visitor, edit: Edit, form: SeenForm) -> None:
    edit.charter.touch(who.name, now())
    edit.fill(form)


class SettingsEdit(Edit):
    title, help = N_("Réglages"), N_("Ce que la charte est, qui elle concerne, qui la tient.")
    NAMES = ("title", "kind", "legal_status", "owner", "review_on", "populations", "internal_rules", "notes")

    def form(self) -> SeenForm:
        return SettingsForm(obj=self.charter)

    def saved(self) -> dict[str, Any]:
        return {name: getattr(self.charter, name) for name in self.NAMES}

    def fill(self, form: SeenForm) -> None:
        for name in self.NAMES:
            setattr(self.charter, name, form[name].data)


class SectionEdit(Edit):
    help = N_("Le texte tel qu’il sera lu, un paragraphe par ligne.")
    NAMES = ("kind", "title", "text", "populations", "acknowledgement")

    def __init__(self, charter: Charter, section: CharterSection) -> None:
        super().__init__(charter)
        self.section = section
        self.title, self.anchor = section.title or _(section.kind.label), f"partie-{section.id}"

    def form(self) -> SeenForm:
        return SectionForm(obj=self.section)

    def saved(self) -> dict[str, Any]:
        return {name: getattr(self.section, name) for name in self.NAMES}

    def fill(self, form: SeenForm) -> None:
        for name in self.NAMES:
            setattr(self.section, name, form[name].data)
        sync_blanks(self.charter)


class ChoicesEdit(Edit):
    title = N_("Choix")
    help = N_("Chaque question règle un paragraphe du texte : la réponse retenue y est insérée.")
    anchor = "choix"

    def form(self) -> SeenForm:
        return choices_form(self.charter)

    def saved(self) -> dict[str, Any]:
        return {choice.code: choice.chosen for choice in self.charter.choices}

    def fill(self, form: SeenForm) -> None:
        for choice in self.charter.choices:
            choice.chosen = form[choice.code].data


class BlanksEdit(Edit):
    title = N_("Champs à remplir")
    help = N_("Ce que le texte attend de votre établissement. Tant qu’un champ est vide, la charte ne se publie pas.")
    anchor = "champs"

    def form(self) -> SeenForm:
        return blanks_form(self.charter)

    def saved(self) -> dict[str, Any]:
        needed = set(self.charter.used_blanks())
        return {blank.name: blank.value for blank in self.charter.blanks if blank.name in needed}

    def fill(self, form: SeenForm) -> None:
        for blank in self.charter.blanks:
            if blank.name in form:
                blank.value = form[blank.name].data


class SentencesEdit(Edit):
    title = N_("Déclarations de prise de connaissance")
    help = N_("Ce que chacun déclare, selon la façon dont il prend connaissance de la charte.")
    anchor = "declarations"

    def form(self) -> SeenForm:
        return sentences_form(self.charter)

    def saved(self) -> dict[str, Any]:
        return {
            sentence.channel.value: {name: getattr(sentence, name) for name in SENTENCES}
            for sentence in self.charter.sentences
        }

    def fill(self, form: SeenForm) -> None:
        for sentence in self.charter.sentences:
            for name in SENTENCES:
                setattr(sentence, name, form[sentence.channel.value].form[name].data)
        sync_blanks(self.charter)


class PdfEdit(Edit):
    title = N_("Document PDF")
    help = N_("Le document est conservé octet pour octet : c’est lui que chacun lira et dont l’empreinte fera foi.")

    def form(self) -> SeenForm:
        return PdfForm()

    def saved(self) -> dict[str, Any]:
        return {"file": self.charter.pdf_sha256}

    def fill(self, form: SeenForm) -> None:
        operations.put_pdf(self.charter, form["file"].data)


EDITS: dict[str, type[Edit]] = {
    "reglages": SettingsEdit,
    "choix": ChoicesEdit,
    "champs": BlanksEdit,
    "declarations": SentencesEdit,
    "document": PdfEdit,
}
"""The parts that one form edits whole, by the word of their address."""
