"""What the doors of the elements and of the interviews share: finding, making, keeping and taking out a part."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from governance import editing
from governance.database import session
from governance.forms import apply
from governance.risks.scenarios import refusal
from governance.visitor import load, visitor
from models.base import now
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.rules import RuleBroken


def editable(model: type[Any], identity: uuid.UUID) -> Any:
    """A part of an analysis that she leads; 404 for strangers, 403 for those who only read it."""
    part = session.get(model, identity) or abort(404)
    load(Analysis, part.analysis_id, Permission.RISKS_EDIT)
    return part


def create(edit: editing.Edit, form: Any) -> bool:
    """Keep a new part from what was typed; false, and nothing kept, when it is refused."""

    def rule() -> None:
        edit.record.touch(visitor().name, now())
        edit.fill(form)

    with session.no_autoflush:
        kept = form.sent() and apply(form, rule)
    if not kept:
        session.rollback()
        return False
    session.add(edit.record)
    session.flush()
    return True


def save(make: Callable[[], editing.Edit], form: Any) -> tuple[int, Any]:
    """Keep a part as typed; gives the status, and the conflict when somebody saved it meanwhile."""
    status, conflict = editing.keep(visitor(), make, form)
    if status != 303:
        session.rollback()
    return status, conflict


def remove(part: Any, endpoint: str, untie: Callable[[Any], None]) -> Response | tuple[str, int]:
    """Take a part out of its analysis, once `untie` took it out of what names it."""
    back = url_for(endpoint, identity=part.analysis_id)
    try:
        part.touch(visitor().name, now())
        untie(part)
        session.delete(part)
        session.flush()
    except (RuleBroken, StaleDataError) as broken:
        session.rollback()
        return render_template("risks/refused_many.html", back=back, reason=refusal(broken)), 422
    flash(_("C’est retiré de l’analyse."), "success")
    return redirect(back, 303)
