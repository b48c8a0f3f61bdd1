"""The doors of the shared measures: their list, one of them, its making, and several changed at once."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.listings import MEASURES
from exports.sentences import sentences
from governance import places
from governance.database import session
from governance.doors import requires
from governance.editing import is_overtaken
from governance.forms import apply
from governance.leaving import sent
from governance.lists import asked, paged, whole
from governance.raised import raised
from governance.risks import operations, planning, queries
from governance.risks.blueprint import blueprint
from governance.risks.forms import ManyMeasuresForm, MeasureForm
from governance.risks.routes import list_address
from governance.terms import terms
from governance.uploads import shelf
from governance.visitor import refuse, visitor
from models.base import today
from models.journal import Entry
from models.measures import Measure, MeasureState
from models.permissions import Permission
from models.plan import Outcome
from models.rules import RuleBroken
from models.vocabulary import N_


def found(identity: uuid.UUID, *, keep: bool = False) -> Measure:
    """The measure, if she may read it (404 otherwise), and with `keep` if she keeps it (403 otherwise)."""
    measure: Measure | None = session.scalars(queries.whole_measure().where(Measure.id == identity)).one_or_none()
    if measure is None or not visitor().may_read(measure):
        abort(404)
    if keep and not visitor().may(Permission.MEASURES_EDIT, measure):
        refuse()
    return measure


@blueprint.get("/mesures")
@requires(Permission.MEASURES_READ)
def measures() -> str:
    """The measures: filtered, sorted and paged by the address."""
    ids = queries.measures_listed(visitor(), request.args, today())
    page = paged(ids, queries.MEASURE_SORTS, "reference", queries.measures)
    return render_template(
        "risks/measures.html", page=page, states=MeasureState, themes=terms().choices("measure_themes"), today=today()
    )


@blueprint.post("/mesures/exporter")
@requires(Permission.RISKS_EXPORT, fresh=True)
def export_measures() -> Response:
    """The measures that the list shows, as a workbook."""
    args = asked()
    ids = queries.measures_listed(visitor(), args, today())
    found = whole(ids, queries.MEASURE_SORTS, "reference", queries.measures, args)
    return sent(MEASURES, found, N_("les mesures de sécurité"), "mesures")


@blueprint.get("/mesures/nouvelle")
@requires(Permission.MEASURES_EDIT)
def start_measure() -> str:
    """A new measure."""
    return _create_page(MeasureForm(state=MeasureState.PLANNED))


@blueprint.post("/mesures/nouvelle")
@requires(Permission.MEASURES_EDIT)
def create_measure() -> Response | tuple[str, int]:
    """Keep a new measure in one establishment."""
    form, home = MeasureForm(), _home() or abort(404)
    measure = Measure(establishment_id=home.id)
    if not form.sent() or not apply(form, lambda: operations.check_measure(measure, form)):
        return _create_page(form), 422
    operations.fill_measure(visitor(), measure, form)
    session.add(measure)
    session.flush()
    planning.lay(visitor(), [measure])
    flash(_("Mesure %(reference)s enregistrée.", reference=measure.reference), "success")
    return redirect(url_for("risks.measure", identity=measure.id), 303)


@dataclass(frozen=True)
class Home:
    """Where a new measure goes: an establishment, or the whole group (no identity)."""

    id: uuid.UUID | None
    code: str
    name: str


GROUP = Home(None, "groupe", N_("Tout le groupement"))


def _home() -> Home | None:
    """Where a new measure goes: the group when it is asked for by somebody who keeps measures in all of it."""
    if request.values.get("etablissement") == GROUP.code and visitor().reads_everywhere(Permission.MEASURES_EDIT):
        return GROUP
    place = places.home(Permission.MEASURES_EDIT)
    return Home(place.id, place.code, place.name) if place else None


def _create_page(form: MeasureForm) -> str:
    return render_template(
        "risks/edit_measure.html", measure=None, form=form, home=_home(), conflict=None,
        places=[*([GROUP] if visitor().reads_everywhere(Permission.MEASURES_EDIT) else []),
                *visitor().places(Permission.MEASURES_EDIT)],
    )  # fmt: skip


@blueprint.get("/mesures/<uuid:identity>")
@requires(Permission.MEASURES_READ)
def measure(identity: uuid.UUID) -> str:
    """One measure: where it stands, what it answers and what it protects."""
    one = found(identity)
    entries = session.scalars(Entry.about(one).limit(50)).all()
    called = raised(one)
    return render_template(
        "risks/measure.html",
        measure=one,
        scenarios=queries.scenarios_of(one),
        rules=queries.rules_of(one) if visitor().may(Permission.POLICY_READ) else None,
        activities=[link.activity for link in one.activity_links],
        pieces=shelf(one),
        actions=called,
        is_done=one.is_expected and Outcome.of(called.actions) is Outcome.CLOSED,
        told=[(entry, sentences(entry.changes, "measure", terms())) for entry in entries],
        today=today(),
    )


@blueprint.get("/mesures/<uuid:identity>/modifier")
@requires(Permission.MEASURES_EDIT)
def edit_measure(identity: uuid.UUID) -> str:
    """The form of a measure."""
    one = found(identity, keep=True)
    return _edit_page(one, MeasureForm(obj=one))


@blueprint.post("/mesures/<uuid:identity>/modifier")
@requires(Permission.MEASURES_EDIT)
def save_measure(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep a measure as typed; it never overwrites a colleague's unseen."""
    one, form = found(identity, keep=True), MeasureForm()
    if not form.sent() or not apply(form, lambda: operations.check_measure(one, form)):
        return _edit_page(one, form), 422
    if is_overtaken(form, one):
        return _conflict(one, form)
    try:
        operations.fill_measure(visitor(), one, form)
        planning.lay(visitor(), [one])
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict(found(identity, keep=True), form)
    flash(_("Mesure %(reference)s enregistrée.", reference=one.reference), "success")
    return redirect(url_for("risks.measure", identity=one.id), 303)


def _edit_page(one: Measure, form: MeasureForm, conflict: Any = None) -> str:
    return render_template("risks/edit_measure.html", measure=one, form=form, conflict=conflict)


def _conflict(one: Measure, form: MeasureForm) -> tuple[str, int]:
    form.revision.data = str(one.revision)
    return _edit_page(one, form, {"by": one.updated_by, "at": one.updated_at}), 409


@blueprint.post("/mesures/lot")
@requires(Permission.MEASURES_EDIT)
def change_measures() -> Response | tuple[str, int]:
    """Change the measures picked in the list; refused as a whole if one of them is not hers to change."""
    picked, form, verb = _picked(), ManyMeasuresForm(), request.form.get("faire", "")
    back = list_address("risks.measures")
    if not picked:
        flash(_("Cochez d’abord une ou plusieurs mesures."), "warning")
        return redirect(back, 303)
    field = {"etat": "state", "responsable": "owner_name", "echeance": "due_on"}.get(verb)
    try:
        if field is None or not form.sent() or form[field].data is None:
            raise RuleBroken("", _("Choisissez ce qui doit changer, et sa valeur."))
        count = operations.change_measures(visitor(), picked, field, form[field].data)
    except RuleBroken as broken:
        return render_template("risks/refused_many.html", back=back, reason=_(broken.message)), 422
    flash(ngettext("Une mesure modifiée.", "%(num)d mesures modifiées.", count), "success")
    return redirect(back, 303)


def _picked() -> list[Measure]:
    """The measures picked, each checked: 404 when one is not to be seen, 403 when one is not to be changed."""
    ids = {one for one in map(queries.as_identity, request.form.getlist("ids")[:500]) if one}
    kept = list(session.scalars(queries.whole_measure().where(Measure.id.in_(ids))))
    if len(kept) != len(ids) or not all(visitor().may_read(one) for one in kept):
        abort(404)
    if not all(visitor().may(Permission.MEASURES_EDIT, one) for one in kept):
        refuse()
    return kept
