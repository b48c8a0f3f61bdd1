"""What may be typed about charters: the text, its choices and blanks, consultations, publication, checks."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import FormField, IntegerField, RadioField, SelectMultipleField
from wtforms.fields.choices import Choice, SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from governance.charters import queries
from governance.editing import SeenForm
from governance.forms import DayField, Form, ListedField, RowForm, identity, paragraph, text, word
from models.charters.charter import Charter
from models.charters.parts import CharterSection
from models.charters.words import CharterKind, Finding, Frequency, LegalStatus, Population, SectionKind

MAX_COUNT = 10_000_000


class PopulationsField(SelectMultipleField):
    """Several populations, as checkboxes; none chosen means everybody."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)

    def iter_choices(self):  # type: ignore[no-untyped-def]
        for code, label in Population.choices():
            yield Choice(code, label, code in (self.data or ()), {})

    def pre_validate(self, form: object) -> None:
        known = Population.__members__.values()
        self.data = [code for code in self.data or () if code in known] or None


EVERYBODY = _("Rien de coché : tout le monde.")


class NewForm(Form):
    title = text(_("Titre"), required=True)
    kind = word(_("Nature"), CharterKind, required=True)
    place = ListedField(_("Établissement"), queries.place_choices, required=True)
    legal_status = word(_("Statut de l’établissement"), LegalStatus, required=True)
    origin = RadioField(
        _("Partir de"),
        choices=[
            SelectChoice("model", _("Notre modèle : articles, annexes, version courte, déclarations, à adapter")),
            SelectChoice("nothing", _("Rien : vous écrivez chaque article")),
            SelectChoice("pdf", _("Un document PDF, conservé octet pour octet")),
        ],
        default="model",
        validators=[InputRequired(_("Choisissez d’où part la charte."))],
    )
    file = FileField(_("Document PDF, si vous partez d’un document"))


class CopyForm(Form):
    title = text(_("Titre de la copie"), required=True)


class PdfForm(SeenForm):
    file = FileField(_("Document PDF"), [FileRequired(_("Choisissez un fichier."))])


class SettingsForm(SeenForm):
    title = text(_("Titre"), required=True)
    kind = word(_("Nature"), CharterKind, required=True)
    legal_status = word(_("Statut de l’établissement"), LegalStatus, required=True)
    owner = text(_("Pilote"), description=_("Qui tient le texte à jour : le RSSI, souvent."))
    review_on = DayField(_("Prochaine révision"))
    populations = PopulationsField(_("Personnes concernées"), description=EVERYBODY)
    internal_rules = paragraph(
        _("Lien avec le règlement intérieur"),
        rows=2,
        limit=2000,
        description=_("Par exemple : annexe 4 du règlement intérieur, adoptée le 12 mars 2026."),
    )
    notes = paragraph(_("Notes internes"), rows=2)


class SectionForm(SeenForm):
    kind = word(_("Partie"), SectionKind, required=True)
    title = text(_("Titre"))
    text = paragraph(
        _("Texte"),
        limit=CharterSection.MAX_TEXT,
        required=True,
        rows=14,
        description=_(
            "Un paragraphe par ligne. Un champ à remplir s’écrit {nom_du_champ} ; une ligne {choix:…} reprend le choix "
            "retenu."
        ),
    )
    populations = PopulationsField(_("Personnes concernées"), description=EVERYBODY)
    acknowledgement = paragraph(_("Déclaration propre à cette annexe"), rows=2, limit=2000)


class SentenceRow(RowForm):
    statement = paragraph(_("Déclaration"), required=True, rows=3, limit=4000)
    notice = paragraph(_("Portée de la déclaration"), rows=2, limit=4000)
    operator = paragraph(_("Attestation de qui l’enregistre"), rows=2, limit=4000)
    witness = paragraph(_("Attestation du témoin"), rows=2, limit=4000)
    checkbox = text(_("Case à cocher"))
    confirm = text(_("Bouton de confirmation"))
    refuse = text(_("Bouton de refus"))


def choices_form(charter: Charter) -> SeenForm:
    """One question per choice of the charter; the field of a choice is named by its code."""
    fields: dict[str, Any] = {
        choice.code: RadioField(
            choice.question,
            choices=[SelectChoice(answer["value"], answer["label"]) for answer in choice.answers],
            default=choice.chosen,
            validators=[InputRequired(_("Choisissez une réponse."))],
        )
        for choice in charter.choices
    }
    return _made("ChoicesForm", fields)


def blanks_form(charter: Charter) -> SeenForm:
    """One line per blank that the text needs now; the field of a blank is named by its name."""
    needed = set(charter.used_blanks())
    fields: dict[str, Any] = {
        blank.name: text(
            blank.meaning or blank.name,
            limit=blank.MAX_VALUE,
            default=blank.value,
            description=_("Par exemple : %(example)s", example=blank.example) if blank.example else None,
        )
        for blank in charter.blanks
        if blank.name in needed
    }
    return _made("BlanksForm", fields)


def sentences_form(charter: Charter) -> SeenForm:
    """The sentences of each channel; the group of a channel is named by it."""
    fields: dict[str, Any] = {
        sentence.channel.value: FormField(SentenceRow, sentence.channel.label, default=sentence)
        for sentence in charter.sentences
    }
    return _made("SentencesForm", fields)


def _made(name: str, fields: dict[str, Any]) -> SeenForm:
    form: SeenForm = type(name, (SeenForm,), fields)()
    return form


class PublishForm(SeenForm):
    is_major = RadioField(
        _("Portée de la version"),
        choices=[
            SelectChoice("yes", _("Majeure : chaque personne concernée en prend de nouveau connaissance")),
            SelectChoice("no", _("Mineure : les personnes concernées sont informées")),
        ],
        validators=[InputRequired(_("Choisissez la portée de la version."))],
    )
    effective_on = DayField(_("Entrée en vigueur"), required=True)
    accept_before = DayField(_("Prise de connaissance avant le (version majeure)"))
    note = paragraph(_("Ce qui change, en langage courant"), rows=3, limit=4000)
    unconsulted_reason = paragraph(
        _("Pourquoi aucune instance n’a été consultée"),
        rows=2,
        limit=4000,
        description=_("À remplir seulement si aucune consultation n’est enregistrée pour cette version."),
    )


class CloseForm(Form):
    how = RadioField(
        _("La charte"),
        choices=[
            SelectChoice("archive", _("ne s’applique plus")),
            SelectChoice("replace", _("est remplacée par une autre charte")),
        ],
        default="archive",
        validators=[InputRequired(_("Choisissez."))],
    )
    replaced_by_id = identity(_("Charte qui la remplace"), queries.published_choices)
    reason = paragraph(_("Motif"), required=True, rows=2)


DOCUMENTS = (
    ("pdf", _("PDF à annexer ou à remettre : texte, consultations, signature")),
    ("docx", _("Word (.docx), le même document modifiable")),
    ("courte", _("Version courte sur une page (PDF)")),
    ("simple", _("Version en phrases simples (PDF)")),
    ("formulaire", _("Formulaire papier à signer, une personne (PDF)")),
    ("liste", _("Liste d’émargement d’un service (PDF)")),
)


class DocumentForm(Form):
    document = RadioField(
        _("Document"),
        choices=[SelectChoice(*one) for one in DOCUMENTS],
        default="pdf",
        validators=[InputRequired(_("Choisissez un document."))],
    )
    department = text(_("Service, pour une liste d’émargement"))


class VerificationForm(Form):
    establishment_id = identity(_("Établissement"), queries.checked_places, required=True)
    title = text(_("Ce qui est vérifié"), required=True)
    checked_on = DayField(_("Faite le"), required=True)
    checked_by = text(_("Faite par"), required=True)
    scope = paragraph(_("Périmètre"), required=True, rows=2)
    method = paragraph(_("Méthode"), required=True, rows=2)
    sample = IntegerField(_("Nombre vérifié"), [Optional(), NumberRange(0, MAX_COUNT, _("Donnez un nombre positif."))])
    found = IntegerField(_("Nombre d’écarts"), [Optional(), NumberRange(0, MAX_COUNT, _("Donnez un nombre positif."))])
    finding = word(_("Constat"), Finding, required=True)
    observations = paragraph(_("Ce qui a été constaté"), rows=3)
    follow_up = paragraph(_("Suites données"), rows=3)
    frequency = word(_("Périodicité"), Frequency)
    next_on = DayField(_("Prochaine vérification"), description=_("Sans date, elle se compte d’après la périodicité."))
