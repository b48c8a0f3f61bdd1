"""The campaigns' verbs: prepared from the procedure, launched, brought up to date with directory and charters."""

import datetime as dt
import uuid
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from governance.charters import mailing
from governance.charters.campaign_forms import GROUP, place_of
from governance.charters.mailing import texts_of_model
from governance.charters.reach import EDIT, may
from governance.database import session
from governance.visitor import visitor
from models.base import now, today
from models.charters import joining
from models.charters.campaign import Campaign, CampaignRule, Invitation
from models.charters.charter import CharterVersion
from models.charters.diffusion import REACHED, DiffusionRule
from models.charters.joining import Moves
from models.charters.words import Population
from models.journal import Verb, tell
from models.people import Person
from models.rules import RuleBroken
from models.vocabulary import N_
from models.wording import blanks_in

TITLES = {
    "invitation": N_("Invitation"),
    "invitation_external": N_("Invitation des prestataires et fournisseurs"),
    "new_major_version": N_("Nouvelle version, pour qui connaît la précédente"),
    "reminder_1": N_("Première relance"),
    "reminder_2": N_("Deuxième relance"),
    "reminder_3": N_("Dernière relance"),
    "escalation_manager": N_("Alerte du responsable"),
    "confirmation_receipt": N_("Remerciement et reçu"),
    "minor_version_information": N_("Information d’une version mineure"),
    "refusal_recorded": N_("Refus enregistré"),
}


def procedure(establishment_id: uuid.UUID) -> dict[Population, DiffusionRule]:
    """The diffusion procedure of an establishment; the usual line where it decided nothing."""
    known = {rule.population: rule for rule in session.scalars(DiffusionRule.of(establishment_id))}
    return {one: known.get(one) or DiffusionRule.usual(one) for one in REACHED}


def keep_rule(establishment_id: uuid.UUID, population: Population, form: Any, days: list[str]) -> None:
    """Keep one line of the procedure. Raises RuleBroken("reminders") or on the escalation."""
    if not all(day.isdecimal() and len(day) < 5 for day in days):
        raise RuleBroken("reminders", N_("Donnez des jours croissants, par exemple 7, 15, 30."))
    query = DiffusionRule.of(establishment_id).where(DiffusionRule.population == population)
    rule = session.scalars(query).one_or_none() or DiffusionRule(
        establishment_id=establishment_id, population=population
    )
    with session.no_autoflush:
        for name in ("way", "triggers", "deadline_days", "escalation_days", "also", "without_answer"):
            setattr(rule, name, form[name].data)
        rule.reminder_days = days
        _check(rule)
    session.add(rule)


def _check(rule: DiffusionRule) -> None:
    try:
        rule.check_days()
    except RuleBroken as broken:
        raise RuleBroken({"reminder_days": "reminders"}.get(broken.field, broken.field), broken.message) from broken


# Prepared


def proposed(version: str | None) -> dict[str, Any]:
    """What the form of a new campaign says at first."""
    who = visitor()
    home = who.establishment
    return {
        "version": _identity(version),
        "title": _("Prise de connaissance de la charte"),
        "place": str(home.id) if home else None,
        "populations": [one.value for one in REACHED],
        "starts_on": today(),
        "sender": _("La direction"),
        "desk": _("le bureau des ressources humaines"),
        "contact": who.name,
    }


def _identity(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        return None


def typed(campaign: Campaign) -> dict[str, Any]:
    """The settings of a campaign, as its form holds them."""
    return {
        "version": campaign.version_id,
        "place": str(campaign.establishment_id or GROUP),
        "populations": [one.value for one in campaign.populations],
        "departments": campaign.departments or [],
        **{name: getattr(campaign, name) for name in _PLAIN},
    }


_PLAIN = ("title", "starts_on", "ends_on", "sender", "desk", "contact", "second_code")


def prepare(form: Any) -> Campaign:
    """A campaign in preparation. Raises RuleBroken."""
    campaign = Campaign(texts=texts_of_model())
    fill(campaign, form)
    session.add(campaign)
    session.flush()
    return campaign


def fill(campaign: Campaign, form: Any) -> None:
    """Put what was typed in a campaign in preparation, its rules taken from the procedure. Raises RuleBroken."""
    with session.no_autoflush:
        version = session.get(CharterVersion, form.version.data)
        if version is None:
            raise RuleBroken("version", N_("Choisissez une version publiée."))
        campaign.version, campaign.charter = version, version.charter
        campaign.establishment_id = place_of(form.place.data)
        campaign.departments = form.departments.data or None
        for name in _PLAIN:
            setattr(campaign, name, form[name].data)
        campaign.rules = _rules(campaign, [Population(code) for code in form.populations.data])
        campaign.check()


def _rules(campaign: Campaign, populations: list[Population]) -> list[CampaignRule]:
    """The rules of the populations chosen: those already there stay, the others follow the procedure."""
    kept = {rule.population: rule for rule in campaign.rules}
    home = campaign.establishment_id
    lines = procedure(home) if home else {one: DiffusionRule.usual(one) for one in REACHED}
    return [kept.get(one) or CampaignRule.following(lines[one]) for one in populations]


def preview(campaign: Campaign, on: dt.date) -> dict[str, Any]:
    """Whom a campaign in preparation would ask, and what it still lacks."""
    count = joining.expected(session(), campaign, on)
    silent = session.scalar(
        select(func.count()).select_from(Person).where(joining.concerned(campaign, on), Person.email.is_(None))
    )
    return {
        "expected": count,
        "silent": silent or 0,
        "missing": mailing.unknown_blanks(campaign),
        "titles": TITLES,
        "may_edit": may(visitor(), EDIT, campaign),
    }


def known_blanks() -> list[str]:
    """The names that the mails may use."""
    return sorted({name for text in texts_of_model() for name in blanks_in([text.subject, text.body])})


def keep_texts(campaign: Campaign, form: Any) -> None:
    """Keep the mails. Raises RuleBroken for a blank that nothing fills."""
    typed = {row.code.data: row for row in form.texts.entries}
    for text in campaign.texts:
        if row := typed.get(text.code):
            text.subject, text.body = row.subject.data, row.body.data
    _refuse_unknown(campaign)


def _refuse_unknown(campaign: Campaign) -> None:
    if missing := mailing.unknown_blanks(campaign):
        names = ", ".join("{" + name + "}" for name in missing)
        raise RuleBroken("", _("Rien ne remplit %(names)s : corrigez ce nom dans les courriels.", names=names))


# Running


def launch(campaign: Campaign) -> int:
    """Begin to ask; gives how many persons are on the list. Raises RuleBroken."""
    _refuse_unknown(campaign)
    campaign.launch(visitor().name, now())
    joined = joining.relist(session(), campaign, today()).joined
    if not joined:
        raise RuleBroken("", N_("Personne ne serait invité : vérifiez l’annuaire, les services et les populations."))
    tell(session(), Verb.LAUNCHED, campaign, people=joined)
    return joined


def moves(campaign: Campaign, on: dt.date) -> Moves:
    """How many persons the directory would add to the list, and take off, if it were made again now."""
    gone = ~select(Person.id).where(Person.id == Invitation.person_id, Person.is_present(on)).exists()
    left = (
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.campaign_id == campaign.id, Invitation.counts(), gone)
    )
    return Moves(joining.expected(session(), campaign, on), session.scalar(left) or 0)


def bring_up_to_date(campaign: Campaign, on: dt.date) -> int:
    """Follow the charter and the directory, and write what is due; gives how many mails. Nothing is done twice."""
    taken_over = joining.follow(session(), campaign, _author(), now(), on)
    current = taken_over or campaign
    if not current.is_running:
        return 0
    joining.relist(session(), current, on)
    return mailing.write_due(current, on) if current.starts_on <= on else 0


def _author() -> str:
    return str(session.info["actor"].name)


def run_campaigns(on: dt.date) -> int:
    """Every running campaign brought up to date: the night's work; gives how many mails were written."""
    return sum(bring_up_to_date(campaign, on) for campaign in session.scalars(Campaign.running()).all())
