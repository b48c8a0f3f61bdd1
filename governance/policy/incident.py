"""The door of the serious-incident procedure: its steps, who is told within what delay, and the document of it."""

import datetime as dt
import uuid
from io import BytesIO
from typing import Any

from flask import render_template, request, send_file
from werkzeug.wrappers import Response

from exports.policy import procedure
from governance.doors import requires
from governance.media import MIMETYPES
from governance.policy import operations
from governance.policy.blueprint import blueprint
from governance.visitor import load
from models.base import PARIS, today
from models.permissions import Permission
from models.policy.clocks import clocks
from models.policy.policy import Policy
from seed.policy import incident_procedure, labels

CLOCKS = ("detected_at", "aware_at")


def told(policy: Policy) -> dict[str, Any]:
    """The procedure of the model with the contacts of the hospital."""
    return incident_procedure({blank.name: blank.value for blank in policy.blanks})


@blueprint.get("/<uuid:identity>/incident")
@requires(Permission.POLICY_READ)
def incident(identity: uuid.UUID) -> str:
    """The procedure; given when an incident was detected and known, the hour by which each authority is told."""
    policy = load(Policy, identity, Permission.POLICY_READ, Policy.whole())
    found, typed = told(policy), {name: request.args.get(name, "") for name in CLOCKS}
    return render_template(
        "policy/incident.html",
        policy=policy,
        procedure=found,
        deadlines=clocks(found["deadlines"], {name: _instant(value) for name, value in typed.items()}),
        typed=typed,
        roles=labels("roles"),
        today=today(),
    )


def _instant(typed: str) -> dt.datetime | None:
    """An hour of the hospital's clock, as a browser sends it; None when it is none."""
    try:
        found = dt.datetime.fromisoformat(typed)
    except ValueError:
        return None
    return found.replace(tzinfo=PARIS) if found.tzinfo is None and 2000 <= found.year <= 2200 else None


@blueprint.post("/<uuid:identity>/incident")
@requires(Permission.POLICY_EXPORT)
def deliver_incident(identity: uuid.UUID) -> Response:
    """The procedure as a document, to print and keep where it can be read without a computer."""
    policy = load(Policy, identity, Permission.POLICY_EXPORT, Policy.whole())
    kind = "docx" if request.form.get("format") == "docx" else "pdf"
    write = procedure.document if kind == "docx" else procedure.booklet
    content = write(told(policy), labels("roles"), policy.establishment.name, today())
    operations.tell_export(policy, procedure.TITLE, content, kind, 1)
    name = f"procedure-incident.{kind}"
    return send_file(BytesIO(content), MIMETYPES[kind], as_attachment=True, download_name=name)
