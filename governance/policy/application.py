"""The doors of the rules in force: how far each is applied, who answers for it, what proves it."""

import uuid
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from exports.policy import sheets
from governance.database import session
from governance.doors import requires
from governance.forms import apply
from governance.lists import asked, paged
from governance.media import MIMETYPES
from governance.policy import application_queries as queries
from governance.policy import findings_queries, operations
from governance.policy.application_forms import ManyForm, ObservanceForm, observance_form
from governance.policy.blueprint import blueprint
from governance.policy.records import keep, known_person, picked
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import Place, load, refuse, visitor
from models.base import now, today
from models.establishments import Establishment
from models.measures import Measure
from models.permissions import Permission
from models.plan import Outcome
from models.policy.derogation import Derogation
from models.policy.observance import Observance
from models.policy.words import RuleStatus
from models.rules import RuleBroken
from models.vocabulary import N_
from models.wording import of


@blueprint.get("/regles")
@requires(Permission.POLICY_READ)
def rules() -> str:
    """The rules in force: filtered, sorted and paged by the address."""
    who = visitor()
    page = paged(queries.listed(who, request.args), queries.SORTS, "regle", queries.lines)
    return render_template(
        "policy/rules.html",
        page=page,
        score=queries.score(who, request.args),
        chapters=queries.by_chapter(who, request.args),
        statuses=RuleStatus,
        questions=queries.QUESTIONS,
    )


@blueprint.get("/regles/<uuid:identity>")
@requires(Permission.POLICY_READ)
def rule(identity: uuid.UUID) -> str:
    """One rule: how far it is applied and since when, its derogations, findings, measures, actions and pieces."""
    found = load(Observance, identity, Permission.POLICY_READ, queries.whole())
    may_read_measures = visitor().may(Permission.MEASURES_READ, found)
    findings = queries.findings_of(found)
    actions = findings_queries.actions_by_finding(findings)
    return render_template(
        "policy/rule.html",
        rule=found,
        derogations=session.scalars(Derogation.of(found)).all(),
        findings=findings,
        outcomes={one.id: Outcome.of(actions.get(one.id, ())) for one in findings},
        measures=found.measures if may_read_measures else None,
        raised=raised(found),
        pieces=shelf(found),
        today=today(),
    )


def _form(found: Observance, **given: Any) -> ObservanceForm:
    return observance_form(found.establishment_id, visitor().may(Permission.MEASURES_READ, found), **given)


@blueprint.get("/regles/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def edit_rule(identity: uuid.UUID) -> str:
    """The form of a rule's application."""
    found = load(Observance, identity, Permission.POLICY_EDIT, queries.whole())
    form = _form(found, obj=found, measures=[str(link.measure_id) for link in found.measure_links])
    return render_template("policy/edit_rule.html", rule=found, form=form, conflict=False)


@blueprint.post("/regles/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def save_rule(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Rate a rule; a colleague's rating is never overwritten unseen."""
    form = _form(load(Observance, identity, Permission.POLICY_EDIT))

    def read() -> Observance:
        return load(Observance, identity, Permission.POLICY_EDIT, queries.whole())

    status, found = keep(read, form, lambda one: _fill(one, form))
    if status != 303:
        return render_template("policy/edit_rule.html", rule=found, form=form, conflict=status == 409), status
    flash(_("La règle %(code)s est évaluée.", code=found.code), "success")
    return redirect(url_for("policy.rule", identity=found.id), 303)


def _fill(found: Observance, form: ObservanceForm) -> None:
    found.rate(form.status.data, form.reason.data, visitor().name, today())
    _entrust(found, form.owner_name.data)
    found.scope, found.note = form.scope.data, form.note.data
    if "measures" in form:
        ids = [uuid.UUID(one) for one in form["measures"].data]
        found.rest_on(session.scalars(select(Measure).where(Measure.id.in_(ids))))


def _entrust(found: Observance, typed: str | None) -> None:
    if typed != found.owner_name:
        found.entrust(None, typed, known_person(found.establishment_id, typed, "owner_name"))


# Several at once


@blueprint.post("/regles/lot")
@requires(Permission.POLICY_EDIT)
def change_rules() -> Any:
    """Rate or entrust the rules ticked in the list; refused as a whole if one of them cannot be."""
    found, form, query = picked(Observance, request.form.getlist("ids")), ManyForm(), request.form.get("liste", "")
    back = url_for("policy.rules") + (f"?{query[:2000]}" if query else "")
    if not all(visitor().may(Permission.POLICY_READ, one) for one in found):
        abort(404)
    if not all(visitor().may(Permission.POLICY_EDIT, one) for one in found):
        refuse()
    if not found:
        flash(_("Cochez d’abord une ou plusieurs règles."), "warning")
        return redirect(back, 303)
    if not form.sent() or not apply(form, lambda: _change(found, form)):
        session.rollback()
        return render_template("policy/refused_many.html", form=form, back=back), 422
    flash(ngettext("Une règle modifiée.", "%(num)d règles modifiées.", len(found)), "success")
    return redirect(back, 303)


def _change(found: list[Observance], form: ManyForm) -> None:
    verb = request.form.get("faire")
    if verb == "etat" and form.status.data:
        for one in found:
            one.rate(form.status.data, form.reason.data, visitor().name, today())
    elif verb == "responsable" and form.owner_name.data:
        for one in found:
            _entrust(one, form.owner_name.data)
    else:
        raise RuleBroken("", N_("Choisissez un état ou un responsable, puis le bouton correspondant."))


# Handing over


def exported_place(permission: Permission) -> Place:
    """The establishment whose records leave: where she works, the one chosen, or her only one; else 404."""
    here, places = visitor().establishment, visitor().places(permission)
    wanted = request.form.get("etablissement", here.code if here else "")
    found = next((place for place in places if place.code == wanted), places[0] if len(places) == 1 else None)
    return found or abort(404)


@blueprint.get("/regles/exporter")
@requires(Permission.POLICY_EXPORT, fresh=True)
def start_export() -> str:
    """What leaves, how it is marked, and the button that takes it."""
    query = request.query_string.decode(errors="replace")
    places = () if visitor().establishment else visitor().places(Permission.POLICY_EXPORT)
    return render_template("policy/export.html", query=query[:2000], places=places)


@blueprint.post("/regles/exporter")
@requires(Permission.POLICY_EXPORT, fresh=True)
def export_rules() -> Response:
    """The rules and the derogations of one establishment as a workbook marked with its reader's name."""
    place = exported_place(Permission.POLICY_EXPORT)
    rules = session.scalars(
        select(Observance)
        .where(Observance.id.in_(queries.listed(visitor(), asked())), Observance.establishment_id == place.id)
        .order_by(Observance.position)
    ).all()
    derogated = session.scalars(
        queries.whole_derogation().where(Derogation.establishment_id == place.id).order_by(Derogation.reference)
    ).all()
    home = session.get_one(Establishment, place.id)
    content = sheets.rules_book(rules, derogated, home, visitor().name, now())
    title = _("l’application de la PSSI %(of_place)s", of_place=of(home.name))
    operations.tell_export(home, title, content, "xlsx", len(rules))
    name = f"pssi-{place.code}-{today():%Y-%m-%d}.xlsx".lower()
    return send_file(BytesIO(content), MIMETYPES["xlsx"], as_attachment=True, download_name=name)
