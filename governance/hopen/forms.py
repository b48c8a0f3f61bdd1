"""What may be typed in HOP’EN: how a step is, when, why, what a body said of it, what it is linked to."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField

from governance.forms import DayField, Form, paragraph, text, word
from models.consulting import GovernanceBody, Opinion
from models.hopen.words import StepState, Variant


class DecideForm(Form):
    """How a step is, since when, and why."""

    state = word(_("État"), StepState, required=True)
    done_on = DayField(_("Faite le"), description=_("Aujourd’hui si rien n’est dit."))
    reason = paragraph(
        _("Motif"),
        limit=2000,
        rows=2,
        description=_("Obligatoire pour « Bloquée », « Sans objet », ou contre la proposition de Vigie."),
    )
    revision = HiddenField(id="decide-revision")


class ScheduleForm(Form):
    """When a step or an objective begins, by when it is due, and what there is to know."""

    started_on = DayField(_("Début"))
    due_on = DayField(_("Échéance fixée"), description=_("Sans elle, la fin du délai indicatif tient lieu d’échéance."))
    note = paragraph(_("Précisions"), limit=4000)
    revision = HiddenField(id="schedule-revision")


class VariantForm(Form):
    """Which exclusive branch of an objective is taken."""

    variant = word(_("Variante retenue"), Variant)
    confirmed = BooleanField(_("Je change de variante malgré ce qui a déjà été fait ; rien ne sera effacé."))
    revision = HiddenField(id="variant-revision")


class OpinionForm(Form):
    """What a governance body said."""

    body = word(_("Instance"), GovernanceBody, required=True)
    body_name = text(_("Nom de l’instance, s’il y en a plusieurs"))
    held_on = DayField(_("Date"), required=True)
    opinion = word(_("Avis"), Opinion, required=True)
    minutes = text(
        _("Référence du procès-verbal"),
        required=True,
        description=_("Joignez le procès-verbal dans « Pièces » de cette action."),
    )
    notes = paragraph(_("Observations"), limit=4000)


class LinkForm(Form):
    """The address of a record of the product that proves a step."""

    address = text(
        _("Adresse de la fiche"),
        limit=500,
        required=True,
        description=_("Copiez-la depuis la barre du navigateur : une charte, une application, une fiche du registre…"),
    )
