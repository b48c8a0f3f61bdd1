"""The checks that a charter is applied (HOP'EN P3.2, objective 3): what was looked at, found, and done about it."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance.charters import operations, queries
from governance.charters.access import load_charter, load_verification
from governance.charters.blueprint import blueprint
from governance.charters.forms import VerificationForm
from governance.database import session
from governance.doors import requires
from governance.forms import apply
from governance.lists import paged
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import months_after, today
from models.charters.charter import Charter
from models.charters.verification import Verification
from models.charters.words import MONTHS, Finding, Frequency
from models.permissions import Permission
from seed.charters import model


@blueprint.get("/verifications")
@requires(Permission.CHARTERS_READ)
def verifications() -> str:
    """The checks made, and those to make again."""
    who = visitor()
    page = paged(
        queries.verifications(who, request.args), queries.VERIFICATION_SORTS, "-faite", queries.verification_lines
    )
    due = queries.due(who.sees(Verification, Permission.CHARTERS_READ))
    return render_template("charters/verifications.html", page=page, due=due, findings=Finding, today=today())


@blueprint.get("/<uuid:identity>/verifications")
@requires(Permission.CHARTERS_READ)
def charter_verifications(identity: uuid.UUID) -> str:
    """The checks made on one charter, and those that the model advises."""
    charter = load_charter(identity, Permission.CHARTERS_READ)
    mine = visitor().sees(Verification, Permission.CHARTERS_READ)
    made = session.scalars(Verification.of(charter).where(mine).limit(200)).all()
    last = {one.code: one for one in reversed(made) if one.code}
    return render_template(
        "charters/charter_verifications.html",
        charter=charter,
        made=made,
        advised=[(row, last.get(row["id"])) for row in model()["checks"]],
        frequencies=Frequency,
        today=today(),
    )


def _page(charter: Charter, verification: Verification | None, form: VerificationForm, advised: Any = None) -> str:
    return render_template(
        "charters/verification.html", charter=charter, verification=verification, form=form, advised=advised
    )


@blueprint.get("/<uuid:identity>/verifications/nouvelle")
@requires(Permission.CHARTERS_EDIT)
def start_verification(identity: uuid.UUID) -> str:
    """The form of a check, filled from the model’s when one is chosen."""
    charter = load_charter(identity, Permission.CHARTERS_READ)
    who, advised = visitor(), _advised(request.args.get("controle"))
    given: dict[str, Any] = {"checked_on": today(), "checked_by": who.name}
    if who.establishment:
        given["establishment_id"] = who.establishment.id
    elif charter.establishment_id:
        given["establishment_id"] = charter.establishment_id
    if advised:
        frequency = Frequency(advised["frequency"])
        given |= {
            "title": advised["title"], "scope": advised["sample"], "method": advised["method"], "frequency": frequency,
            "next_on": months_after(today(), MONTHS[frequency]),
        }  # fmt: skip
    return _page(charter, None, VerificationForm(**given), advised)


def _advised(code: str | None) -> Any:
    return next((row for row in model()["checks"] if row["id"] == code), None)


@blueprint.post("/<uuid:identity>/verifications/nouvelle")
@requires(Permission.CHARTERS_EDIT)
def create_verification(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Record a check of application in one establishment."""
    charter = load_charter(identity, Permission.CHARTERS_READ)
    advised = _advised(request.args.get("controle"))
    form = VerificationForm()
    made = Verification(charter_id=charter.id, code=advised["id"] if advised else None)
    if not form.sent() or not apply(form, lambda: operations.keep_verification(made, form)):
        return _page(charter, None, form, advised), 422
    return _recorded(made)


def _recorded(verification: Verification) -> Response:
    flash(_("La vérification est enregistrée."), "success")
    return redirect(url_for("charters.verification", identity=verification.id), 303)


@blueprint.get("/verifications/<uuid:identity>")
@requires(Permission.CHARTERS_READ)
def verification(identity: uuid.UUID) -> str:
    """One check: what was looked at and found, the actions it called for, what proves it."""
    found = load_verification(identity)
    return render_template(
        "charters/show_verification.html",
        charter=found.charter,
        verification=found,
        raised=raised(found),
        pieces=shelf(found) if visitor().may_read(found) else None,
        today=today(),
    )


@blueprint.get("/verifications/<uuid:identity>/modifier")
@requires(Permission.CHARTERS_EDIT)
def edit_verification(identity: uuid.UUID) -> str:
    """The form of a check made."""
    found = load(Verification, identity, Permission.CHARTERS_EDIT)
    return _page(found.charter, found, VerificationForm(obj=found))


@blueprint.post("/verifications/<uuid:identity>/modifier")
@requires(Permission.CHARTERS_EDIT)
def save_verification(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a check; the journal keeps what it was."""
    found, form = load(Verification, identity, Permission.CHARTERS_EDIT), VerificationForm()
    if not form.sent() or not apply(form, lambda: operations.keep_verification(found, form)):
        return _page(found.charter, found, form), 422
    return _recorded(found)
