"""The parts of a charter that a form edits."""

from typing import Any

from flask_babel import gettext as _

from governance.charters import operations
from governance.charters.forms import PdfForm, SectionForm, SettingsForm, blanks_form, choices_form, sentences_form
from governance.editing import Edit, SeenForm
from models.charters.charter import Charter
from models.charters.parts import CharterSection
from models.charters.text import SENTENCES
from models.vocabulary import N_
from seed.charters import sync_blanks


class CharterEdit(Edit):
    """A form on one part of a charter."""

    @property
    def charter(self) -> Charter:
        found: Charter = self.record
        return found


class SettingsEdit(CharterEdit):
    title, help = N_("Réglages"), N_("Ce que la charte est, qui elle concerne, qui la tient.")
    NAMES = ("title", "kind", "legal_status", "owner", "review_on", "populations", "internal_rules", "notes")

    def form(self) -> SeenForm:
        return SettingsForm(obj=self.charter)

    def saved(self) -> dict[str, Any]:
        return {name: getattr(self.charter, name) for name in self.NAMES}

    def fill(self, form: SeenForm) -> None:
        for name in self.NAMES:
            setattr(self.charter, name, form[name].data)


class SectionEdit(CharterEdit):
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


class ChoicesEdit(CharterEdit):
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


class BlanksEdit(CharterEdit):
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


class SentencesEdit(CharterEdit):
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


class PdfEdit(CharterEdit):
    title = N_("Document PDF")
    help = N_("Le document est conservé octet pour octet : c’est lui que chacun lira et dont l’empreinte fera foi.")

    def form(self) -> SeenForm:
        return PdfForm()

    def saved(self) -> dict[str, Any]:
        return {"file": self.charter.pdf_sha256}

    def fill(self, form: SeenForm) -> None:
        operations.put_pdf(self.charter, form["file"].data)


EDITS: dict[str, type[CharterEdit]] = {
    "reglages": SettingsEdit,
    "choix": ChoicesEdit,
    "champs": BlanksEdit,
    "declarations": SentencesEdit,
    "document": PdfEdit,
}
"""The parts that one form edits whole, by the word of their address."""
