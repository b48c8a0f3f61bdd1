"""The doors of the meetings, of the working group, and of what the two yearly reviews need."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance import places
from governance.database import put, session
from governance.doors import requires
from governance.forms import apply
from governance.lists import paged
from governance.policy import life_queries as queries
from governance.policy.blueprint import blueprint
from governance.policy.derogations import ask_place
from governance.policy.life_forms import MeetingForm
from governance.policy.records import keep
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import today
from models.permissions import Permission
from models.policy.meeting import PolicyMeeting
from models.policy.policy import Policy
from models.policy.words import MeetingKind
from models.rules import RuleBroken
from models.vocabulary import N_
from seed.policy import agenda_of, model

FIELDS = ("kind", "held_on", "title", "attendees", "excused", "agenda", "minutes", "decisions", "next_on")


@blueprint.get("/reunions")
@requires(Permission.POLICY_READ)
def meetings() -> str:
    """The meetings, and whether this year's two with the management were held."""
    who = visitor()
    page = paged(queries.meetings(who, request.args), queries.MEETING_SORTS, "-date", queries.meeting_lines)
    return render_template(
        "policy/meetings.html",
        page=page,
        kinds=MeetingKind,
        years=queries.years(who, today()),
        review=model()["management_review"],
        today=today(),
    )


@blueprint.get("/reunions/<uuid:identity>")
@requires(Permission.POLICY_READ)
def meeting(identity: uuid.UUID) -> str:
    """One meeting: who came, what was said and decided, its signed minutes, its actions."""
    found = load(PolicyMeeting, identity, Permission.POLICY_READ)
    return render_template(
        "policy/meeting.html", meeting=found, raised=raised(found), pieces=shelf(found), today=today()
    )


def _page(form: MeetingForm, meeting: PolicyMeeting | None, conflict: bool = False) -> str:
    return render_template("policy/edit_meeting.html", form=form, meeting=meeting, conflict=conflict)


@blueprint.get("/reunions/nouvelle")
@requires(Permission.POLICY_EDIT)
def start_meeting() -> str:
    """The form of a meeting, its agenda taken from the model's review that the address names."""
    if places.home(Permission.POLICY_EDIT) is None:
        return ask_place()
    kind = MeetingKind.WORKING_GROUP if request.args.get("reunion") == "working_group" else MeetingKind.MANAGEMENT
    given: dict[str, Any] = agenda_of(request.args.get("modele")) or {}
    return _page(MeetingForm(kind=kind, held_on=today(), **given), None)


@blueprint.post("/reunions/nouvelle")
@requires(Permission.POLICY_EDIT)
def create_meeting() -> Response | tuple[str, int]:
    """Plan or record a meeting."""
    home, form = places.home(Permission.POLICY_EDIT) or abort(404), MeetingForm()
    made = PolicyMeeting(establishment_id=home.id)
    if not form.sent() or not apply(form, lambda: _fill(made, form)):
        return _page(form, None), 422
    session.flush()
    flash(_("La réunion est enregistrée."), "success")
    return redirect(url_for("policy.meeting", identity=made.id), 303)


def _fill(meeting: PolicyMeeting, form: MeetingForm) -> None:
    put(meeting, {name: form[name].data for name in FIELDS}, lambda: _check(meeting))


def _check(meeting: PolicyMeeting) -> None:
    if meeting.next_on and meeting.next_on <= meeting.held_on:
        raise RuleBroken("next_on", N_("La prochaine séance vient après celle-ci."))
    same = select(PolicyMeeting.id).where(
        PolicyMeeting.establishment_id == meeting.establishment_id,
        PolicyMeeting.kind == meeting.kind,
        PolicyMeeting.held_on == meeting.held_on,
    )
    if any(identity != meeting.id for identity in session.scalars(same)):
        raise RuleBroken("held_on", N_("Cette réunion est déjà enregistrée à cette date."))


@blueprint.get("/reunions/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def edit_meeting(identity: uuid.UUID) -> str:
    """The form of a meeting."""
    found = load(PolicyMeeting, identity, Permission.POLICY_EDIT)
    return _page(MeetingForm(obj=found), found)


@blueprint.post("/reunions/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def save_meeting(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a meeting."""
    form = MeetingForm()
    status, found = keep(
        lambda: load(PolicyMeeting, identity, Permission.POLICY_EDIT), form, lambda one: _fill(one, form)
    )
    if status != 303:
        return _page(form, found, status == 409), status
    flash(_("La réunion est enregistrée."), "success")
    return redirect(url_for("policy.meeting", identity=found.id), 303)


@blueprint.get("/<uuid:identity>/groupe")
@requires(Permission.POLICY_READ)
def group(identity: uuid.UUID) -> str:
    """The working group of a policy: its members, its meetings, and how the model has it work."""
    policy = load(Policy, identity, Permission.POLICY_READ, Policy.whole())
    held = session.scalars(
        select(PolicyMeeting)
        .where(PolicyMeeting.establishment_id == policy.establishment_id)
        .where(PolicyMeeting.kind == MeetingKind.WORKING_GROUP)
        .order_by(PolicyMeeting.held_on.desc())
        .limit(20)
    ).all()
    return render_template(
        "policy/group.html", policy=policy, meetings=held, advised=model()["working_group"], today=today()
    )
