"""The register's verbs: those that touch several records, or have an effect beside the change itself."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import inspect

from governance import mail
from governance.database import session
from governance.forms import fill
from governance.register import queries
from governance.register.forms import SectionForm
from governance.visitor import Visitor
from models.base import day_of, now, today
from models.establishments import Department, Establishment
from models.journal import Verb, tell
from models.permissions import Permission
from models.register.activity import Activity
from models.register.catalogue import TypicalProcessing
from models.register.parts import PARTS, Purpose, Retention
from models.register.portable import activity_from
from models.register.references import is_taken, next_references
from models.register.typical import record_from
from models.register.words import Kind, Status
from models.rules import RuleBroken
from models.versions import Version, publish
from models.vocabulary import N_

REVIEW_EVERY = dt.timedelta(days=365)


def begin(who: Visitor, establishment_id: uuid.UUID, form: Any) -> Activity:
    """A pre-qualified record: name, purpose, owner, sensitive or not, DPIA criteria (HOP'EN P3.6-O2-A2)."""
    at = now()
    activity = Activity(
        establishment_id=establishment_id,
        reference=next_references(session(), establishment_id, at.year)[0],
        name=form.name.data,
        kind=Kind(form.kind.data),
        department_id=form.department_id.data,
        owner_service=form.owner_service.data,
        sensitive=form.sensitive.data,
        dpia_criteria=form.dpia_criteria.data,
        opened_on=day_of(at),
        purposes=[Purpose(label=form.purpose.data)],
    )
    activity.touch(who.name, at)
    session.add(activity)
    session.flush()
    return activity


def copy(who: Visitor, activity: Activity) -> Activity:
    """A draft with all that the record says, under the next reference."""
    at = now()
    twin = activity.copy(next_references(session(), activity.establishment_id, at.year)[0], who.name, at)
    session.add(twin)
    session.flush()
    return twin


def begin_from_typical(who: Visitor, establishment_id: uuid.UUID, typical: TypicalProcessing) -> Activity:
    """A draft with all that the catalogue says of a typical processing; its doubtful periods keep their mark."""
    at = now()
    home = session.get_one(Establishment, establishment_id)
    departments = {department.name: department for department in home.departments}
    record = record_from(typical.content)
    record["fields"] |= {
        "reference": next_references(session(), establishment_id, at.year)[0],
        "status": Status.DRAFT.value,
        "opened_on": day_of(at).isoformat(),
    }
    activity = activity_from(record, home, departments, {}, who.name, at)
    session.add(activity)
    session.flush()
    return activity


def check_department(who: Visitor, establishment_id: uuid.UUID, department_id: uuid.UUID | None) -> None:
    """A record goes to a service of its own establishment; who only fills in the records of some services keeps it in
    one of these. Raises RuleBroken."""
    if department_id:
        department = session.get(Department, department_id)
        if department is None or department.establishment_id != establishment_id:
            raise RuleBroken("department_id", N_("Choisissez un service du même établissement que la fiche."))
    laid = Activity(establishment_id=establishment_id, department_id=department_id)
    if not (who.may(Permission.REGISTER_EDIT, laid) or who.may(Permission.REGISTER_FILL, laid)):
        raise RuleBroken(
            "department_id",
            N_(
                "Vous remplissez les fiches de vos services : choisissez l’un d’eux. "
                "Le DPO peut confier la fiche à un autre."
            ),
        )


def check(who: Visitor, activity: Activity, form: SectionForm) -> None:
    """The rules that need more than the form. Raises RuleBroken on the field to mend."""
    if "department_id" in form:
        check_department(who, activity.establishment_id, form.department_id.data)
    if "reference" in form and is_taken(session(), activity.establishment_id, form.reference.data, activity.id):
        raise RuleBroken("reference", N_("Cette référence est déjà celle d’une autre fiche."))
    if "dpia_override" in form:
        opinion = Activity(dpia_criteria=form.dpia_criteria.data, dpia_listed=form.dpia_listed.data)
        opinion.override_dpia(form.dpia_override.data, form.dpia_reason.data)


def save(who: Visitor, activity: Activity, form: SectionForm) -> None:
    """Put a section in the record, and note who edited it."""
    fill(activity, form, PARTS)
    if "dpia_override" in form:
        activity.override_dpia(activity.dpia_override, activity.dpia_reason)
    drop_confirmations(activity)
    activity.touch(who.name, now())


def drop_confirmations(activity: Activity) -> None:
    """A retention period that changed after the DPO confirmed it is to be confirmed again."""
    told = {"item", "duration", "unit", "trigger", "wording", "stage"}
    for row in activity.retentions:
        changed = any(session.is_modified(row) and _has_changed(row, name) for name in told)
        if row.confirmed_at and changed:
            row.confirmed_at = row.confirmed_by = None


def _has_changed(row: Retention, name: str) -> bool:
    return bool(inspect(row).attrs[name].history.has_changes())


def qualify(activity: Activity) -> None:
    """Declare the record complete. Raises RuleBroken with what is missing."""
    activity.qualify(queries.missing(activity))


def validate(who: Visitor, activity: Activity, review_on: dt.date, note: str | None) -> Version:
    """Freeze the next version and put it in force until `review_on`. Raises RuleBroken."""
    at = now()
    if review_on <= day_of(at):
        raise RuleBroken("review_on", N_("Choisissez une date de revue à venir."))
    number = (activity.validated_version or 0) + 1
    activity.validate(number, review_on)
    version = publish(session(), activity, activity.state(), who.name, at, note)
    tell(session(), Verb.VALIDATED, activity, number=version.number, digest=version.digest)
    return version


def ask_confirmation(who: Visitor, activities: list[Activity]) -> int:
    """Ask the services to confirm or correct their records, by mail to their contacts; gives how many were asked.

    Nobody can be asked of a record without contact, nor of an archived one.
    """
    contacts = queries.contacts_of({one.department_id for one in activities if one.department_id})
    asked = 0
    for activity in activities:
        addresses = {activity.contact_email, *contacts.get(activity.department_id, ())} - {None}
        if not addresses or activity.status is Status.ARCHIVED:
            continue
        asked += 1
        activity.confirmation_asked_at = now()
        tell(session(), Verb.CONFIRMATION_ASKED, activity)
        for address in addresses:
            mail.queue(str(address), "register/mail_confirmation.txt", activity=activity, by=who.name)
    return asked


def confirm(who: Visitor, activity: Activity) -> None:
    """The service vouches for the record."""
    activity.confirm(who.name, now())
    tell(session(), Verb.CONFIRMED, activity)


def confirm_retentions(who: Visitor, activity: Activity, only: str | None = None) -> int:
    """The DPO vouches for every period still marked « à vérifier », or for `only` one; gives how many."""
    doubtful = [row for row in activity.retentions if row.is_to_verify and only in (None, "", str(row.id))]
    for row in doubtful:
        row.confirm(who.name, now())
    activity.updated_by, activity.updated_at = who.name, now()
    return len(doubtful)


def review_many(who: Visitor, activities: list[Activity], review_on: dt.date) -> int:
    """Fix the next review of several records, whose text stays as it is; gives how many. Raises RuleBroken."""
    _refuse_archived(activities)
    if review_on <= today():
        raise RuleBroken("", N_("Choisissez une date de revue à venir."))
    for activity in activities:
        activity.review_on, activity.updated_by, activity.updated_at = review_on, who.name, now()
    return len(activities)


def assign_many(who: Visitor, activities: list[Activity], department_id: uuid.UUID) -> int:
    """Give several records to a service; those validated go back to draft, as when they are edited. Gives how many
    changed. Raises RuleBroken."""
    _refuse_archived(activities)
    for establishment_id in {one.establishment_id for one in activities}:
        check_department(who, establishment_id, department_id)
    changed = [one for one in activities if one.department_id != department_id]
    for activity in changed:
        activity.department_id = department_id
        activity.touch(who.name, now())
    return len(changed)


def _refuse_archived(activities: list[Activity]) -> None:
    if closed := sorted(one.reference for one in activities if one.status is Status.ARCHIVED):
        raise RuleBroken(
            "", N_("Des fiches cochées sont archivées : rouvrez-les, ou décochez-les : ") + ", ".join(closed)
        )
