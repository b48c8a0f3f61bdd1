"""The doors of the awareness sessions: who attended, what share of each department did, and what leaves of it."""

import uuid
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from exports.policy import sheets
from governance import places
from governance.database import put, session
from governance.doors import requires
from governance.forms import Form, apply
from governance.lists import paged
from governance.media import MIMETYPES
from governance.policy import life_queries as queries
from governance.policy import operations
from governance.policy.application import exported_place
from governance.policy.blueprint import blueprint
from governance.policy.derogations import ask_place
from governance.policy.life_forms import AttendanceForm, SessionForm
from governance.policy.records import keep, known_person
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import now, today
from models.establishments import Establishment
from models.people import Person
from models.permissions import Permission
from models.policy.training import Attendance, TrainingSession
from models.rules import RuleBroken
from models.vocabulary import N_
from models.wording import of
from seed.policy import model, module_of

FIELDS = ("title", "held_on", "trainer", "place", "minutes", "note")


@blueprint.get("/sensibilisation")
@requires(Permission.TRAINING_READ)
def training() -> str:
    """The sessions, and the rate of each department."""
    who = visitor()
    page = paged(queries.sessions(who, request.args), queries.SESSION_SORTS, "-date", queries.session_lines)
    rates = queries.rates_by_department(who, today())
    return render_template(
        "policy/training.html",
        page=page,
        rates=rates,
        several=len(queries.places_of(rates)) > 1,
        whole=queries.whole_rate(rates),
        programme=model()["awareness_programme"],
        today=today(),
    )


@blueprint.get("/sensibilisation/personnes")
@requires(Permission.TRAINING_READ)
def trained_people() -> str:
    """The persons present, with the last session that each attended."""
    page = paged(queries.people(visitor(), request.args, today()), queries.PEOPLE_SORTS, "nom", queries.people_lines)
    rates = queries.rates_by_department(visitor(), today())
    return render_template(
        "policy/trained_people.html",
        page=page,
        places=queries.places_of(rates),
        services=queries.service_choices(rates),
    )


@blueprint.get("/sensibilisation/<uuid:identity>")
@requires(Permission.TRAINING_READ)
def training_session(identity: uuid.UUID) -> str:
    """One session: who attended, and who is not in the directory."""
    return _session_page(load(TrainingSession, identity, Permission.TRAINING_READ), AttendanceForm(formdata=None))


def _session_page(found: TrainingSession, form: AttendanceForm) -> str:
    page = paged(queries.attendances(found), queries.ATTENDANCE_SORTS, "nom", queries.attendance_lines, size=200)
    return render_template(
        "policy/session.html", session=found, page=page, form=form, module=module_of(found.module), pieces=shelf(found)
    )


def _edit_page(form: SessionForm, found: TrainingSession | None, conflict: bool = False) -> str:
    return render_template("policy/edit_session.html", form=form, session=found, conflict=conflict)


@blueprint.get("/sensibilisation/nouvelle")
@requires(Permission.TRAINING_EDIT)
def start_session() -> str:
    """The form of a session, filled from the module that the address names."""
    if places.home(Permission.TRAINING_EDIT) is None:
        return ask_place(Permission.TRAINING_EDIT)
    row: dict[str, Any] = module_of(request.args.get("module")) or {}
    form = SessionForm(
        title=row.get("title"), held_on=today(), minutes=row.get("duration_minutes"), place=row.get("format")
    )
    return _edit_page(form, None)


@blueprint.post("/sensibilisation/nouvelle")
@requires(Permission.TRAINING_EDIT)
def create_session() -> Response | tuple[str, int]:
    """Record a session."""
    home, form = places.home(Permission.TRAINING_EDIT) or abort(404), SessionForm()
    row = module_of(request.args.get("module"))
    made = TrainingSession(establishment_id=home.id, module=row["code"] if row else None)
    if not form.sent() or not apply(form, lambda: _fill(made, form)):
        return _edit_page(form, None), 422
    session.flush()
    flash(_("La séance est enregistrée."), "success")
    return redirect(url_for("policy.training_session", identity=made.id), 303)


def _fill(one: TrainingSession, form: SessionForm) -> None:
    put(one, {name: form[name].data for name in FIELDS}, lambda: _check(one))


def _check(one: TrainingSession) -> None:
    one.check()
    same = select(TrainingSession.id).where(
        TrainingSession.establishment_id == one.establishment_id,
        TrainingSession.title == one.title,
        TrainingSession.held_on == one.held_on,
    )
    if any(identity != one.id for identity in session.scalars(same)):
        raise RuleBroken("held_on", N_("Cette séance est déjà enregistrée à cette date."))


@blueprint.get("/sensibilisation/<uuid:identity>/modifier")
@requires(Permission.TRAINING_EDIT)
def edit_session(identity: uuid.UUID) -> str:
    """The form of a session."""
    found = load(TrainingSession, identity, Permission.TRAINING_EDIT)
    return _edit_page(SessionForm(obj=found), found)


@blueprint.post("/sensibilisation/<uuid:identity>/modifier")
@requires(Permission.TRAINING_EDIT)
def save_session(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a session."""
    form = SessionForm()
    status, found = keep(
        lambda: load(TrainingSession, identity, Permission.TRAINING_EDIT), form, lambda one: _fill(one, form)
    )
    if status != 303:
        return _edit_page(form, found, status == 409), status
    return redirect(url_for("policy.training_session", identity=found.id), 303)


# Attendance


@blueprint.post("/sensibilisation/<uuid:identity>/presences")
@requires(Permission.TRAINING_EDIT)
def add_attendance(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Say that somebody attended; who is not in the directory stays under the name typed."""
    found, form = load(TrainingSession, identity, Permission.TRAINING_EDIT), AttendanceForm()
    if not form.sent() or not apply(form, lambda: _add(found, form)):
        return _session_page(found, form), 422
    return redirect(url_for("policy.training_session", identity=found.id), 303)


def _add(found: TrainingSession, form: AttendanceForm) -> None:
    typed = str(form.who.data)
    person = known_person(found.establishment_id, typed, "who")
    made = Attendance(
        establishment_id=found.establishment_id,
        session_id=found.id,
        name=(person.name if person else typed)[:200],
        employee_number=(person.employee_number if person else None) or "",
        attended=form.attended.data,
        score=form.score.data,
    )
    if person is not None:
        made.recognise(person)
    same = select(Attendance.id).where(Attendance.session_id == found.id, Attendance.name == made.name)
    if session.scalar(same.where(Attendance.employee_number == made.employee_number).limit(1)):
        raise RuleBroken("who", N_("Cette personne est déjà sur la liste."))
    session.add(made)
    session.flush()


@blueprint.post("/presences/<uuid:identity>/retirer")
@requires(Permission.TRAINING_EDIT)
def drop_attendance(identity: uuid.UUID) -> Response:
    """Take somebody off the list of a session; the journal keeps it."""
    found = load(Attendance, identity, Permission.TRAINING_EDIT)
    session_id = found.session_id
    Form()
    session.delete(found)
    return redirect(url_for("policy.training_session", identity=session_id), 303)


# Handing over


@blueprint.post("/sensibilisation/exporter")
@requires(Permission.TRAINING_EXPORT)
def export_training() -> Response:
    """The attendance and the rates of one establishment, as a workbook, or the attendance as a table."""
    place = exported_place(Permission.TRAINING_EXPORT)
    kind = "csv" if request.form.get("format") == "csv" else "xlsx"
    came = session.scalars(
        select(Attendance)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .options(joinedload(Attendance.session), joinedload(Attendance.department), joinedload(Attendance.person))
        .where(Attendance.establishment_id == place.id)
        .order_by(TrainingSession.held_on, TrainingSession.title, Attendance.name)
    ).all()
    rates = [
        (one.department or _("Sans service"), one.present, one.trained, one.share)
        for one in queries.rates_by_department_of(Person.establishment_id == place.id, today())
    ]
    home = session.get_one(Establishment, place.id)
    scores = place.id in {one.id for one in visitor().places(Permission.POLICY_EDIT)}
    content = (
        sheets.training_table(came, scores=scores)
        if kind == "csv"
        else sheets.training_book(came, rates, home, now(), scores=scores)
    )
    title = _("la sensibilisation %(of_place)s", of_place=of(home.name))
    operations.tell_export(home, title, content, kind, len(came))
    name = f"sensibilisation-{place.code}-{today():%Y-%m-%d}.{kind}".lower()
    return send_file(BytesIO(content), MIMETYPES[kind], as_attachment=True, download_name=name)
