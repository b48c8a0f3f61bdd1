"""The doors of the audits and of their findings, each of which may call for actions of the plan."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import places
from governance.database import put, session
from governance.doors import requires
from governance.forms import apply
from governance.lists import paged
from governance.policy import application_queries, operations
from governance.policy import findings_queries as queries
from governance.policy.blueprint import blueprint
from governance.policy.derogations import ask_place
from governance.policy.life_forms import AuditForm, FindingForm
from governance.policy.records import keep
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import today
from models.permissions import Permission
from models.plan import Outcome
from models.policy.findings import AuditFinding, PolicyAudit
from models.policy.words import AuditKind
from seed.policy import audit_of, model

FIELDS = (
    "kind", "title", "led_by", "provider", "planned_on", "held_on", "result", "sample", "gaps", "scope", "method",
    "summary",
)  # fmt: skip
FINDING_FIELDS = ("title", "gravity", "observance_id", "details", "advice")


@blueprint.get("/audits")
@requires(Permission.POLICY_READ)
def audits() -> str:
    """The audits made and planned, and the yearly programme of the model beside what was held."""
    who = visitor()
    page = paged(queries.audits(who, request.args), queries.AUDIT_SORTS, "-date", queries.audit_lines)
    here = who.places_here(Permission.POLICY_READ)
    return render_template(
        "policy/audits.html",
        page=page,
        kinds=AuditKind,
        questions=queries.AUDIT_QUESTIONS,
        programme=model()["audit_programme"],
        held=queries.audits_held([place.id for place in here], today().year),
        today=today(),
    )


def _found(identity: uuid.UUID, permission: Permission = Permission.POLICY_READ) -> PolicyAudit:
    return load(PolicyAudit, identity, permission, queries.whole_audit())


@blueprint.get("/audits/<uuid:identity>")
@requires(Permission.POLICY_READ)
def audit(identity: uuid.UUID) -> str:
    """One audit: what was looked at, what it concluded, its findings and what came of them."""
    found = _found(identity)
    return render_template(
        "policy/audit.html",
        audit=found,
        actions=queries.actions_of(found),
        outcome=Outcome.of,
        pieces=shelf(found),
        today=today(),
    )


def _page(form: AuditForm, audit: PolicyAudit | None, conflict: bool = False) -> str:
    return render_template("policy/edit_audit.html", form=form, audit=audit, conflict=conflict)


@blueprint.get("/audits/nouveau")
@requires(Permission.POLICY_EDIT)
def start_audit() -> str:
    """The form of an audit, filled from the model's check that the address names."""
    if places.home(Permission.POLICY_EDIT) is None:
        return ask_place()
    row: dict[str, Any] = audit_of(request.args.get("controle")) or {}
    external = str(row.get("code", "")).startswith("AE")
    form = AuditForm(
        kind=AuditKind.EXTERNAL if external else AuditKind.INTERNAL,
        title=row.get("title"),
        method=row.get("method"),
        scope=row.get("sample"),
        led_by=row.get("performed_by"),
        provider=row.get("provider"),
    )
    return _page(form, None)


@blueprint.post("/audits/nouveau")
@requires(Permission.POLICY_EDIT)
def create_audit() -> Response | tuple[str, int]:
    """Plan or record an audit."""
    home, form = places.home(Permission.POLICY_EDIT) or abort(404), AuditForm()
    row = audit_of(request.args.get("controle"))
    made = PolicyAudit(establishment_id=home.id, code=row["code"] if row else None)
    if not form.sent() or not apply(form, lambda: _fill(made, form)):
        return _page(form, None), 422
    session.flush()
    flash(_("L’audit %(reference)s est enregistré.", reference=made.reference), "success")
    return redirect(url_for("policy.audit", identity=made.id), 303)


def _fill(audit: PolicyAudit, form: AuditForm) -> None:
    if not audit.reference:
        audit.reference = operations.next_reference(PolicyAudit, audit.establishment_id, "AUD")
    put(audit, {name: form[name].data for name in FIELDS}, lambda: audit.check(today()))


@blueprint.get("/audits/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def edit_audit(identity: uuid.UUID) -> str:
    """The form of an audit."""
    found = _found(identity, Permission.POLICY_EDIT)
    return _page(AuditForm(obj=found), found)


@blueprint.post("/audits/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def save_audit(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of an audit."""
    form = AuditForm()
    status, found = keep(lambda: _found(identity, Permission.POLICY_EDIT), form, lambda one: _fill(one, form))
    if status != 303:
        return _page(form, found, status == 409), status
    flash(_("L’audit %(reference)s est enregistré.", reference=found.reference), "success")
    return redirect(url_for("policy.audit", identity=found.id), 303)


# Findings


def _finding_form(establishment_id: uuid.UUID, **given: Any) -> FindingForm:
    form = FindingForm(formdata=None) if not request.form else FindingForm()
    form.observance_id.listed = lambda: application_queries.rule_choices(establishment_id)
    form.process(request.form or None, **given)
    return form


def _finding_page(form: FindingForm, audit: PolicyAudit, finding: AuditFinding | None, conflict: bool = False) -> str:
    return render_template("policy/edit_finding.html", form=form, audit=audit, finding=finding, conflict=conflict)


@blueprint.get("/audits/<uuid:identity>/constats/nouveau")
@requires(Permission.POLICY_EDIT)
def start_finding(identity: uuid.UUID) -> str:
    """The empty form of a finding."""
    found = _found(identity, Permission.POLICY_EDIT)
    return _finding_page(_finding_form(found.establishment_id), found, None)


@blueprint.post("/audits/<uuid:identity>/constats/nouveau")
@requires(Permission.POLICY_EDIT)
def create_finding(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Put a finding under an audit."""
    found = _found(identity, Permission.POLICY_EDIT)
    form = _finding_form(found.establishment_id)
    if not form.sent():
        return _finding_page(form, found, None), 422
    made = AuditFinding(**{name: form[name].data for name in FINDING_FIELDS})
    found.add(made)
    session.flush()
    flash(_("Le constat est enregistré : faites-en une action s’il en faut une."), "success")
    return redirect(url_for("policy.finding", identity=made.id), 303)


@blueprint.get("/constats/<uuid:identity>")
@requires(Permission.POLICY_READ)
def finding(identity: uuid.UUID) -> str:
    """One finding: what was seen, what is advised, the actions and pieces."""
    found = load(AuditFinding, identity, Permission.POLICY_READ)
    called = raised(found)
    outcome = Outcome.of(called.actions)
    return render_template("policy/finding.html", finding=found, outcome=outcome, raised=called, pieces=shelf(found))


@blueprint.get("/constats/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def edit_finding(identity: uuid.UUID) -> str:
    """The form of a finding."""
    found = load(AuditFinding, identity, Permission.POLICY_EDIT)
    return _finding_page(_finding_form(found.establishment_id, obj=found), found.audit, found)


@blueprint.post("/constats/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def save_finding(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a finding."""
    form = _finding_form(load(AuditFinding, identity, Permission.POLICY_EDIT).establishment_id)

    def fill(one: AuditFinding) -> None:
        for name in FINDING_FIELDS:
            setattr(one, name, form[name].data)

    status, found = keep(lambda: load(AuditFinding, identity, Permission.POLICY_EDIT), form, fill)
    if status != 303:
        return _finding_page(form, found.audit, found, status == 409), status
    return redirect(url_for("policy.finding", identity=found.id), 303)
