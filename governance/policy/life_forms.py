"""What may be typed about audits and findings, training sessions and attendance, and meetings."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from governance.forms import DayField, Form, NumberField, identity, paragraph, text, word
from governance.policy.records import RecordForm
from models.policy.words import AuditKind, AuditResult, Gravity, MeetingKind


class AuditForm(RecordForm):
    kind = word(_("Nature"), AuditKind, required=True)
    title = text(_("Objet"), required=True)
    led_by = text(_("Mené par"), required=True, description=_("Celui qui contrôle n’est pas celui qui exécute."))
    provider = text(_("Prestataire, pour un audit externe"))
    planned_on = DayField(_("Prévu le"))
    held_on = DayField(_("Réalisé le"))
    result = word(_("Résultat"), AuditResult)
    sample = NumberField(_("Éléments vérifiés"))
    gaps = NumberField(_("Éléments en écart"))
    scope = paragraph(_("Périmètre"), rows=2)
    method = paragraph(_("Méthode"), rows=2)
    summary = paragraph(_("Synthèse"), rows=4)


class FindingForm(RecordForm):
    title = text(_("Constat"), required=True)
    gravity = word(_("Gravité"), Gravity, required=True)
    observance_id = identity(_("Règle"), list)
    details = paragraph(_("Ce qui a été vu"), rows=3)
    advice = paragraph(_("Recommandation"), rows=2)


class SessionForm(RecordForm):
    title = text(_("Séance"), required=True)
    held_on = DayField(_("Date"), required=True)
    trainer = text(_("Animée par"))
    place = text(_("Lieu ou moyen"))
    minutes = NumberField(_("Durée (minutes)"), 1, 10_000)
    note = paragraph(_("Précisions"), rows=2)


class AttendanceForm(Form):
    who = text(
        _("Personne"),
        required=True,
        limit=400,
        description=_("Un nom, un matricule ou une adresse : qui est dans l’annuaire y est retrouvé."),
    )
    attended = BooleanField(_("Présente"), default=True)
    score = NumberField(_("Résultat au quiz (%)"), 0, 100)


class MeetingForm(RecordForm):
    kind = word(_("Réunion"), MeetingKind, required=True)
    held_on = DayField(_("Date"), required=True, description=_("Une date à venir pour une réunion prévue."))
    title = text(_("Objet"), required=True)
    attendees = paragraph(_("Présents"), rows=2)
    excused = paragraph(_("Excusés"), rows=2)
    agenda = paragraph(_("Ordre du jour"), rows=6)
    minutes = paragraph(
        _("Compte rendu"), rows=8, description=_("La réunion compte comme tenue une fois son compte rendu écrit.")
    )
    decisions = paragraph(_("Décisions, décideur et échéance"), rows=4)
    next_on = DayField(_("Prochaine séance"))
