"""The inventory's verbs: those that touch several records, or have an effect beside the change itself."""

import datetime as dt
import uuid
from typing import Any

from governance.database import session
from governance.forms import fill
from governance.inventory import queries
from governance.visitor import Visitor
from models.base import now
from models.inventory.application import Application, AvailabilityMonth
from models.inventory.references import next_references
from models.inventory.vendor import Vendor, VendorContact
from models.register.activity import Activity
from models.rules import RuleBroken
from models.vocabulary import N_

ROWS: dict[str, type[Any]] = {"availability": AvailabilityMonth, "contacts": VendorContact}
"""What a row of each collection is made of."""


def begin(who: Visitor, establishment_id: uuid.UUID, form: Any) -> Application:
    """A new application from its first lines, in production until it is said otherwise."""
    at = now()
    made = Application(
        establishment_id=establishment_id, reference=next_references(session(), establishment_id, at.year)[0]
    )
    lay(made, form)
    made.touch(who.name, at)
    session.add(made)
    session.flush()
    return made


def check(application: Application, form: Any) -> None:
    """The rules that need more than the form. Raises RuleBroken on the field to mend."""
    if "reference" in form and queries.is_taken(application.establishment_id, form.reference.data, application.id):
        raise RuleBroken("reference", N_("Cette référence est déjà celle d’une autre application."))
    if "vendor_id" in form and form.vendor_id.data:
        vendor = session.get(Vendor, form.vendor_id.data)
        if vendor is None or vendor.establishment_id != application.establishment_id:
            raise RuleBroken("vendor_id", N_("Choisissez un éditeur du même établissement."))
    if "status" in form and form.status.data:
        application.settle(form.status.data)
    if "availability" in form:
        _check_months([entry.form.month.data for entry in form.availability.entries])


def _check_months(months: list[dt.date | None]) -> None:
    said = [month for month in months if month]
    if len(set(said)) < len(said):
        raise RuleBroken("availability", N_("Un même mois figure deux fois."))


def save(who: Visitor, application: Application, form: Any) -> None:
    """Put a section in the record, and note who edited it."""
    lay(application, form)
    application.touch(who.name, now())


def lay(record: Application | Vendor, form: Any) -> None:
    """Put what a form holds into a record; the state of an application is settled by `check`."""
    fill(record, form, ROWS, but=("status",))


def serve(who: Visitor, application: Application, activity: Activity, *, serves: bool) -> None:
    """Say that an application serves an activity of the register, or no longer does."""
    others = [link.activity for link in application.activity_links if link.activity_id != activity.id]
    application.serve([*others, activity] if serves else others)
    application.touch(who.name, now())


def change_many(who: Visitor, applications: list[Application], field: str, value: Any) -> int:
    """Set one field of several applications; gives how many changed."""
    changed = [one for one in applications if getattr(one, field) != value]
    for one in changed:
        setattr(one, field, value)
        one.touch(who.name, now())
    return len(changed)
