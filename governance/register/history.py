"""What was: the versions of a record, its journal, the difference between two moments, the register on any date."""

import uuid
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.register import past
from governance.register.blueprint import blueprint
from governance.register.sections import SECTIONS, facts, tables
from governance.terms import terms
from governance.visitor import load, visitor
from models.journal import Entry
from models.permissions import Permission
from models.register.activity import Activity
from models.versions import Version, differences

PAGE = 100


@blueprint.get("/<uuid:identity>/historique")
@requires(Permission.REGISTER_READ)
def history(identity: uuid.UUID) -> str:
    """The journal of a record in sentences, and its versions."""
    activity = load(Activity, identity, Permission.REGISTER_READ)
    entries = session.scalars(Entry.about(activity).limit(PAGE)).all()
    known = terms()
    told = [(entry, sentences(entry.changes, "activity", known)) for entry in entries]
    versions = session.scalars(Version.of(activity)).all()
    return render_template("register/history.html", activity=activity, told=told, versions=versions)


@blueprint.get("/<uuid:identity>/versions/<int:number>")
@requires(Permission.REGISTER_READ)
def version(identity: uuid.UUID, number: int) -> str:
    """A validated version, as it was frozen."""
    activity = load(Activity, identity, Permission.REGISTER_READ)
    frozen = session.scalars(Version.of(activity).where(Version.number == min(number, 10**6))).first() or abort(404)
    return render_template(
        "register/version.html", activity=activity, version=frozen, sections=_sections(frozen.content)
    )


@blueprint.get("/<uuid:identity>/comparer")
@requires(Permission.REGISTER_READ)
def compare(identity: uuid.UUID) -> str:
    """The difference between two moments, field by field: versions (v1, v2…), dates, or now."""
    activity = load(Activity, identity, Permission.REGISTER_READ, Activity.whole())
    versions = session.scalars(Version.of(activity)).all()
    wanted = {end: request.args.get(end, "") for end in ("de", "a")}
    states, problems = {}, []
    for end, moment in wanted.items():
        state = past.state_at(activity, moment or "maintenant", versions)
        if isinstance(state, str):
            problems.append(state)
        else:
            states[end] = state
    changes = None
    if wanted["de"] and len(states) == 2:
        before, after = states["de"], states["a"]
        changes = sentences(differences(before, after), "activity", terms(), before, after)
    return render_template(
        "register/compare.html",
        activity=activity,
        versions=versions,
        wanted=wanted,
        changes=changes,
        problems=problems if wanted["de"] else [],
    )


@blueprint.get("/au")
@requires(Permission.REGISTER_READ)
def as_of() -> str | tuple[str, int]:
    """The register as it was at the end of a day."""
    typed = request.args.get("date", "")
    on = past.day(typed) if typed else None
    if typed and on is None:
        return render_template(
            "register/as_of.html", on=None, rows=[], problem=_("Donnez une date qui existe, jusqu’à aujourd’hui.")
        ), 422
    rows = past.register_on(visitor(), on) if on else []
    return render_template("register/as_of.html", on=on, rows=rows, problem="")


@blueprint.get("/<uuid:identity>/au/<string(length=10):day>")
@requires(Permission.REGISTER_READ)
def record_as_of(identity: uuid.UUID, day: str) -> str:
    """One record as it was at the end of a day."""
    activity = load(Activity, identity, Permission.REGISTER_READ, Activity.whole())
    on = past.day(day) or abort(404)
    state = past.state_at(activity, on.isoformat(), [])
    if isinstance(state, str):
        abort(404)
    return render_template(
        "register/record_as_of.html", activity=activity, on=on, sections=_sections(state), state=state
    )


def _sections(state: Any) -> list[tuple[Any, Any, Any]]:
    known = terms()
    return [(section, facts(state, section, known), tables(state, section, known)) for section in SECTIONS]
