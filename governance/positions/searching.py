"""What is done to posts to fill and to the applications they receive."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select
from wtforms import FieldList

from governance.database import session
from governance.forms import laid
from governance.positions import hiring_queries as queries
from governance.positions.filling_forms import NeedForm, name_of
from governance.positions.forms import SeveralField
from governance.visitor import Visitor
from models.base import now, today
from models.evidence import Attachment
from models.positions.candidate import Candidate, Interview
from models.positions.filling import Filling, FillingMember, FillingOption, JobNotice, Offer
from models.positions.words import CandidateState, FillingState, Way
from seed.positions import interview_grid, model, weights_of

PARTS: dict[str, Any] = {"notices": JobNotice, "offers": Offer}


def begin(who: Visitor, establishment_id: uuid.UUID, form: NeedForm) -> Filling:
    """A search from the need typed, its ways rated as the models propose. Raises RuleBroken."""
    filling = Filling(establishment_id=establishment_id, state=FillingState.OPEN, erased_count=0)
    with session.no_autoflush:
        _lay(filling, form)
        filling.check()
    filling.touch(who.name, now())
    filling.options = [FillingOption(way=way, ratings=proposed(way)) for way in Way]
    session.add(filling)
    session.flush()
    return filling


def proposed(way: Way) -> dict[str, int]:
    """How the models rate a way to fill a post, by criterion: where the comparison of each hospital starts."""
    criteria = model()["ways_to_fill"]["comparison"]["criteria"]
    return {one["code"]: one["typical_rating"][way.value] for one in criteria}


def save(who: Visitor, filling: Filling, form: Any) -> None:
    """Keep a part of a search as typed. Raises RuleBroken when it is closed, or at the field that does not hold."""
    filling.touch(who.name, now())
    with session.no_autoflush:
        _lay(filling, form)
        filling.check()


def _lay(filling: Filling, form: Any) -> None:
    for field in form:
        if isinstance(field, FieldList):
            setattr(filling, field.name, laid(field, getattr(filling, field.name), PARTS[field.name]))
        elif isinstance(field, SeveralField):
            known = {member.user_id: member for member in filling.members}
            filling.members = [known.get(one) or FillingMember(user_id=one) for one in field.identities()]
        elif field.name not in ("revision", "csrf_token"):
            setattr(filling, field.name, field.data)


def rated(filling: Filling) -> dict[str, Any]:
    """What the form of the comparison shows: the ratings kept, by field."""
    shown: dict[str, Any] = {}
    for option in filling.options:
        name = option.way.value
        shown |= {f"{name}_considered": True, f"{name}_euros": option.cost, f"{name}_note": option.note}
        shown |= {f"{name}_{code}": rating for code, rating in option.ratings.items()}
    return shown


def compare(who: Visitor, filling: Filling, form: Any) -> None:
    """Keep the ways considered, with their ratings. Raises RuleBroken when the search is closed."""
    filling.touch(who.name, now())
    criteria = [one["code"] for one in model()["ways_to_fill"]["comparison"]["criteria"]]
    kept = []
    for way in Way:
        if form[f"{way.value}_considered"].data:
            option = filling.option(way) or FillingOption(way=way)
            given = {code: form[f"{way.value}_{code}"].data for code in criteria}
            option.ratings = {code: rating for code, rating in given.items() if rating is not None}
            option.cost, option.note = form[f"{way.value}_euros"].data, form[f"{way.value}_note"].data
            kept.append(option)
    filling.options = kept


# Applications


def receive(filling: Filling, form: Any) -> Candidate:
    """Enter an application under the next number. Raises RuleBroken: closed, or no period set to erase it."""
    if "keep_months" in form:
        filling.keep_months = form.keep_months.data
    filling.receive()
    made = Candidate(
        establishment_id=filling.establishment_id,
        filling=filling,
        number=queries.next_number(filling),
        state=CandidateState.RECEIVED,
    )
    correct(made, form)
    session.add(made)
    session.flush()
    return made


def correct(candidate: Candidate, form: Any) -> None:
    """Lay what was typed on an application."""
    for name in ("given_name", "family_name", "email", "phone", "internal", "received_on", "note"):
        setattr(candidate, name, form[name].data)


def meet(candidate: Candidate, form: Any) -> Interview:
    """Keep an interview. Raises RuleBroken: nothing rated, a day to come, or a search that is closed."""
    candidate.filling.check_open()
    codes = [one["code"] for one in interview_grid(candidate.filling.kind)["questions"]]
    given = {code: form[name_of(code)].data for code in codes}
    interview = Interview(
        held_on=form.held_on.data,
        jury=form.jury.data,
        scores={code: score for code, score in given.items() if score is not None},
        opinion=form.opinion.data,
        conflict_note=form.conflict_note.data,
    )
    interview.check(today())
    candidate.interviews.append(interview)
    if candidate.state in (CandidateState.RECEIVED, CandidateState.SHORTLISTED):
        candidate.state = CandidateState.MET
    session.flush()
    return interview


def erase(filling: Filling, candidates: list[Candidate], on: dt.date) -> int:
    """Erase applications with their interviews and files; the search keeps how many, not who. Gives how many."""
    identities = [one.id for one in candidates]
    pieces = select(Attachment).where(
        Attachment.owner_type == Candidate.__tablename__, Attachment.owner_id.in_(identities)
    )
    for piece in session.scalars(pieces):
        session.delete(piece)
    session.flush()  # while their owner is there: the journal asks her whether she is withheld
    for one in candidates:
        session.delete(one)
    if candidates:
        filling.erased_count, filling.erased_on = (filling.erased_count or 0) + len(candidates), on
    session.flush()
    return len(candidates)


def erase_due(on: dt.date) -> int:
    """Erase the applications of every search closed for longer than the period that the hospital set."""
    closed = select(Filling).where(Filling.closed_on.is_not(None), Filling.keep_months.is_not(None))
    with_some = closed.where(Filling.id.in_(select(Candidate.filling_id)))
    due = [one for one in session.scalars(with_some) if one.erases_on is not None and one.erases_on <= on]
    return sum(erase(one, queries.candidates(one), on) for one in due)


def decide(who: Visitor, filling: Filling, form: Any) -> None:
    """Record the way chosen. Raises RuleBroken."""
    weights = weights_of(filling.kind)
    scored = sorted(filling.options, key=lambda one: -one.score(weights))
    filling.decide(form.chosen.data, form.decision_reason.data, form.correction.data, who.name, today())
    filling.scores = ", ".join(f"{one.way.label} {one.score(weights)}" for one in scored)
