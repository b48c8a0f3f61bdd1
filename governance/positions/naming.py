"""What is done to nominations: entered, in one establishment or several, corrected, examined, signed."""

import uuid
from typing import Any

from sqlalchemy import select

from governance import files
from governance.database import session
from governance.media import Unfit
from governance.positions import queries
from governance.positions.nomination_forms import KEPT, NominationForm, answers_of
from governance.visitor import Visitor
from models.base import today
from models.establishments import Establishment
from models.people import Person
from models.positions.conflict import ConflictReview, judged
from models.positions.description import JobDescription
from models.positions.nomination import Nomination
from models.positions.words import Employment
from models.rules import RuleBroken
from models.vocabulary import N_
from seed.positions import grid_of

NOBODY = N_("Personne dans l’annuaire ne répond à cette indication : donnez un matricule ou une adresse électronique.")
SEVERAL = N_("Plusieurs personnes y répondent : précisez par le matricule ou l’adresse électronique.")


def enter(establishment_id: uuid.UUID, form: NominationForm) -> Nomination:
    """A nomination, and its twins in the other establishments chosen; gives the first. Raises RuleBroken at a field."""
    places = [establishment_id, *form.others.identities()]
    shared = uuid.uuid4() if len(places) > 1 else None
    made = []
    with session.no_autoflush:
        for place in places:
            one = Nomination(
                establishment=session.get_one(Establishment, place), kind=form.kind.data, sharing_id=shared
            )
            fill(one, form)
            if shared:
                one.employment = Employment.SHARED
            made.append(one)
    session.add_all(made)
    session.flush()
    return made[0]


def correct(nomination: Nomination, form: NominationForm) -> None:
    """Change a nomination as typed. Raises RuleBroken at the field that does not hold; it is then as it was."""
    with session.no_autoflush:
        try:
            fill(nomination, form)
        except RuleBroken:
            session.expire(nomination)
            raise


def fill(nomination: Nomination, form: NominationForm) -> None:
    """Lay what was typed on a nomination, and hold it against the rules. Raises RuleBroken."""
    home = nomination.establishment
    person = _named(nomination.person, form, "person")
    deputy = _named(nomination.deputy, form, "deputy") if form.deputy.data else None
    nomination.kind, nomination.establishment_id = form.kind.data, home.id
    nomination.person, nomination.deputy = person, deputy
    for name in KEPT:
        setattr(nomination, name, form[name].data)
    _rest_on(nomination, form.description_id.data)
    nomination.check()
    _lock(home.id)
    try:
        nomination.check_alone(session.scalars(Nomination.of_post(home.id, nomination.kind)))
    except RuleBroken as broken:
        raise RuleBroken(broken.field, f"{home.name} : {broken.message}") from broken


def _named(known: Person | None, form: NominationForm, field: str) -> Person:
    """Who a field names: the same as before when it was left as it was shown. Raises RuleBroken(field)."""
    typed = str(form[field].data)
    if known is not None and typed == queries.reference(known):
        return known
    return the_one(form.establishment_id, typed, field)


def _rest_on(nomination: Nomination, description_id: uuid.UUID | None) -> None:
    """Note which version of which description a nomination follows; the version stays the one of that day."""
    if description_id == nomination.description_id:
        return
    description = session.get(JobDescription, description_id) if description_id else None
    nomination.description = description
    nomination.description_version = description.validated_version if description else None


def _lock(establishment_id: uuid.UUID) -> None:
    """Two people who nominate in one establishment at once come one after the other."""
    session.execute(select(Establishment.id).where(Establishment.id == establishment_id).with_for_update())


def the_one(establishment_id: uuid.UUID, typed: str, field: str) -> Person:
    """The person whom a text designates. Raises RuleBroken(field) for none or several."""
    found = queries.found_by(establishment_id, typed)
    if len(found) != 1:
        raise RuleBroken(field, SEVERAL if found else NOBODY)
    return found[0]


def examine(who: Visitor, nomination: Nomination, form: Any) -> ConflictReview:
    """Keep an examination of conflicts of interest, judged by the rules of the model. Raises RuleBroken."""
    grid = grid_of(nomination.kind) or {"questions": [], "functions": []}
    answers, functions, measures = answers_of(nomination, form), form.functions.data, form.mitigations.data
    review = ConflictReview(
        functions=functions,
        answers=answers,
        mitigations=measures,
        justification=form.justification.data,
        outcome=judged(grid, functions, answers, len(measures)),
        examined_by=who.name,
        examined_on=form.examined_on.data,
        review_on=form.review_on.data,
    )
    review.check(today())
    nomination.reviews.insert(0, review)
    session.flush()
    return review


def sign(who: Visitor, nomination: Nomination, form: Any) -> None:
    """Note what was signed, and keep the signed documents. Raises RuleBroken for a day to come, or nothing typed."""
    for name in ("decided_on", "letter_signed_on"):
        if form[name].data and form[name].data > today():
            raise RuleBroken(name, N_("Une signature s’enregistre une fois donnée : choisissez une date passée."))
    if not form.decided_on.data and not form.letter_signed_on.data:
        raise RuleBroken("decided_on", N_("Donnez au moins une date de signature."))
    nomination.decided_on = form.decided_on.data
    nomination.letter_signed_on = form.letter_signed_on.data
    attach(who, nomination, form.decision, N_("Décision de nomination signée"))
    attach(who, nomination, form.letter, N_("Lettre de mission signée"))


def designate(who: Visitor, nomination: Nomination, form: Any) -> None:
    """Note the designation to CNIL with its public contacts, and keep the receipt. Raises RuleBroken."""
    for name in ("contact_email", "contact_phone", "contact_address", "contact_page", "published_at"):
        setattr(nomination, name, form[name].data)
    nomination.designate(str(form.cnil_number.data), form.cnil_on.data, today())
    attach(who, nomination, form.receipt, N_("Récépissé de la CNIL"))


def attach(who: Visitor, nomination: Nomination, field: Any, title: str) -> None:
    """Keep the files of a field under a title; they prove what is noted, and stay. Raises RuleBroken when refused."""
    for upload in field.uploads:
        try:
            files.attach(nomination, upload, who=who, title=title, kept=True)
        except Unfit as unfit:
            raise RuleBroken(field.name, str(unfit)) from unfit
