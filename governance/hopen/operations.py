"""The verbs of HOP’EN that touch several records, or look for something."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from governance import live
from governance.database import session
from governance.hopen import linking
from governance.hopen.forms import DecideForm, OpinionForm, ScheduleForm, VariantForm
from governance.visitor import Visitor
from models.base import now, today
from models.establishments import Establishment
from models.evidence import Attachment
from models.hopen.opinions import StepLink, StepOpinion
from models.hopen.prerequisites import Objective
from models.hopen.tracking import Pursuit, Step, begin_tracking
from models.hopen.words import StepState, Variant
from models.inventory.target import IndicatorTarget
from models.rules import RuleBroken
from models.vocabulary import N_

ONCE = N_("Cet avis est déjà enregistré à cette date.")
PROVED = N_(
    "Des actions de la variante retenue sont déjà entamées ou prouvées (%s). Cochez la case ci-dessous pour en "
    "changer : leurs états et leurs preuves seront gardés et reviendront avec elle."
)


def begin(establishment: Establishment) -> int:
    """Begin the tracking of an establishment, or complete it; gives how many actions were added."""
    known = session.scalars(select(Objective).order_by(Objective.position)).all()
    return begin_tracking(session(), establishment, known)


def decide(who: Visitor, step: Step, form: DecideForm) -> None:
    """Say how a step is, beside what the registers say of it. Raises RuleBroken."""
    _say(who, step, live.read([step.establishment_id], today()), form.state.data, form.done_on.data, form.reason.data)


def confirm(who: Visitor, step: Step, known: live.Live) -> None:
    """Say that a step is as the registers propose. Raises RuleBroken when they propose nothing."""
    proposal = known.proposal(step)
    if proposal is None:
        raise RuleBroken("state", N_("Les registres ne proposent plus rien pour cette action."))
    _say(who, step, known, proposal, None, None)


def _say(who: Visitor, step: Step, known: live.Live, state: StepState, on: dt.date | None, reason: str | None) -> None:
    heard = not step.task.bodies or session.scalars(StepOpinion.of(step).limit(1)).first() is not None
    step.decide(
        state,
        who.name,
        now(),
        on=on or today(),
        reason=reason,
        proposed=known.proposal(step),
        finding=known.finding(step, today()),
        heard=heard,
    )


def aim(establishment: Establishment, shares: Mapping[str, int | None]) -> None:
    """Set the share that an establishment aims at for some indicators; none is the catalogue's proposal again."""
    wanted = select(IndicatorTarget).where(IndicatorTarget.establishment_id == establishment.id)
    held = {one.indicator: one for one in session.scalars(wanted)}
    for code, percent in shares.items():
        if percent is None and code in held:
            session.delete(held[code])
        elif percent is not None:
            target = held.get(code) or IndicatorTarget(establishment_id=establishment.id, indicator=code)
            target.percent = percent
            session.add(target)


def schedule(thing: Step | Pursuit, form: ScheduleForm) -> None:
    """Set the dates and the note of a step or an objective. Raises RuleBroken."""
    thing.schedule(form.started_on.data, form.due_on.data)
    thing.note = form.note.data


def choose(who: Visitor, pursuit: Pursuit, form: VariantForm) -> None:
    """Take a branch. Raises RuleBroken, unless it is confirmed, when something was done on the branch that is left."""
    wanted = form.variant.data
    if wanted == pursuit.variant:
        return
    begun = _begun(pursuit, wanted)
    if begun and not form.confirmed.data:
        raise RuleBroken("confirmed", PROVED % ", ".join(begun))
    pursuit.choose(wanted, who.name, now())


def _begun(pursuit: Pursuit, wanted: Variant | None) -> list[str]:
    """The codes of the steps that `wanted` sets aside although something was done or proved there."""
    left = [] if wanted is None else [one for one in pursuit.steps if one.task.variant not in (None, wanted)]
    left = [one for one in left if one.kept_state is None]
    ids = [one.id for one in left]
    files = select(Attachment.owner_id).where(
        Attachment.owner_type == Step.__tablename__, Attachment.owner_id.in_(ids), Attachment.removed_at.is_(None)
    )
    proved = {*session.scalars(files), *session.scalars(select(StepLink.step_id).where(StepLink.step_id.in_(ids)))}
    return [one.task_code for one in left if one.id in proved or one.state is not StepState.TODO]


def hear(who: Visitor, step: Step, form: OpinionForm) -> None:
    """Record the opinion of a body. Raises RuleBroken."""
    opinion = StepOpinion(
        step=step,
        body=form.body.data,
        body_name=form.body_name.data or "",
        held_on=form.held_on.data,
        opinion=form.opinion.data,
        minutes=form.minutes.data,
        notes=form.notes.data,
        recorded_by=who.name,
    )
    opinion.check(today())
    _add_once(opinion, RuleBroken("held_on", ONCE))


def link(who: Visitor, step: Step, thing: Any) -> None:
    """Point a step to a record of the product. Raises RuleBroken when it does already."""
    made = StepLink(
        step=step,
        kind=thing.__tablename__,
        record_id=thing.id,
        title=thing.journal_title()[:200],
        linked_by=who.name,
    )
    _add_once(made, RuleBroken("address", N_("Cette fiche est déjà liée à l’action.")))


def link_address(who: Visitor, step: Step, address: str) -> None:
    """Point a step to the record shown at an address. Raises RuleBroken."""
    link(who, step, linking.found_at(who, address))


def _add_once(record: Any, refusal: RuleBroken) -> None:
    """Add a record, or raise `refusal` when the database says that it is there already."""
    try:
        with session.begin_nested():
            session.add(record)
    except IntegrityError:
        raise refusal from None
