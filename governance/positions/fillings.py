"""The doors of posts to fill: the list, a search, its parts, the comparison of ways, the decision."""

import uuid
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.positions.choice import choice
from exports.positions.notice import notice
from governance import places
from governance.database import session
from governance.doors import requires
from governance.editing import is_overtaken
from governance.forms import Form, apply
from governance.lists import paged
from governance.media import MIMETYPES
from governance.positions import hiring_queries as queries
from governance.positions import searching
from governance.positions.access import load_description
from governance.positions.blueprint import blueprint
from governance.positions.filling_forms import (
    DecisionForm,
    DropForm,
    NeedForm,
    NoticesForm,
    OffersForm,
    RecruitmentForm,
    comparison_form,
)
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import visitor
from models.base import today
from models.permissions import Permission
from models.positions.filling import Filling, best
from models.positions.words import FillingState, Way
from models.vocabulary import N_
from seed.positions import model, weights_of

EDIT = Permission.POSITIONS_EDIT
Page = str | tuple[str, int] | Response

TITLES = {
    "besoin": N_("Le besoin"),
    "recrutement": N_("Candidatures"),
    "diffusion": N_("Diffusion de l’avis"),
    "offres": N_("Offres comparées"),
    "comparaison": N_("Solutions comparées"),
}
"""The parts that one form edits whole, by the word of their address."""


@blueprint.get("/pourvoir")
@requires(Permission.POSITIONS_READ, Permission.POSITIONS_OWN)
def fillings() -> str:
    """The posts to fill that she reads, or for which she is named."""
    page = paged(queries.listed(visitor(), request.args), queries.SORTS, "-ouvert", queries.lines)
    return render_template("positions/fillings.html", page=page, states=FillingState, today=today())


@blueprint.get("/pourvoir/<uuid:identity>")
@requires(Permission.POSITIONS_READ, Permission.POSITIONS_OWN)
def filling(identity: uuid.UUID) -> str:
    """One post to fill: the need, the ways compared, what was done for each, the decision."""
    found = queries.load_filling(identity)
    return _show_page(found)


def _show_page(found: Filling, decision: Form | None = None, drop: Form | None = None) -> str:
    weights, comparison = weights_of(found.kind), model()["ways_to_fill"]["comparison"]
    options = sorted(found.options, key=lambda one: -one.score(weights))
    reads = visitor().may(Permission.POSITIONS_READ, found)
    return render_template(
        "positions/filling.html",
        filling=found,
        options=options,
        weights=weights,
        criteria=comparison["criteria"],
        comparison=comparison,
        ways=model()["ways_to_fill"]["ways"],
        best=best(options, weights),
        untouched=bool(options) and all(one.ratings == searching.proposed(one.way) for one in options),
        scored=[(_(one.way.label), one.score(weights)) for one in options],
        count=queries.count(found),
        hires=queries.hires(found),
        decision=decision or DecisionForm(formdata=None),
        drop=drop or DropForm(formdata=None),
        pieces=shelf(found) if reads else None,
        raised=raised(found) if reads else None,
        today=today(),
    )


@blueprint.get("/pourvoir/nouveau")
@requires(EDIT)
def start_filling() -> str:
    """The empty form of a need, or one filled from the description that the address names."""
    home = places.home(EDIT)
    if home is None:
        return render_template("positions/place_filling.html", places=visitor().places(EDIT))
    known: dict[str, Any] = {"opened_on": today()}
    if asked := request.args.get("fiche"):
        try:
            described = load_description(uuid.UUID(asked), Permission.POSITIONS_READ)
        except ValueError:
            abort(404)
        known |= {"kind": described.kind, "title": described.title, "description_id": described.id}
    return _start_page(NeedForm(home.id, data=known), home.code)


def _start_page(form: NeedForm, code: str) -> str:
    return render_template("positions/start_filling.html", form=form, code=code)


@blueprint.post("/pourvoir/nouveau")
@requires(EDIT)
def create_filling() -> Page:
    """Open the search for somebody."""
    home = places.home(EDIT) or abort(404)
    form, made = NeedForm(home.id), []
    if not form.sent() or not apply(form, lambda: made.append(searching.begin(visitor(), home.id, form))):
        return _start_page(form, home.code), 422
    flash(_("La recherche est ouverte : comparez maintenant les solutions."), "success")
    return redirect(url_for("positions.filling", identity=made[0].id), 303)


# The parts


def _form_of(found: Filling, slug: str, *, fresh: bool) -> Any:
    """The form of a part: filled with what is kept when `fresh`, else with what was posted."""
    given: dict[str, Any] = {"formdata": None, "obj": found} if fresh else {}
    if slug == "besoin":
        return NeedForm(found.establishment_id, **given)
    if slug == "recrutement":
        known = {"data": {"members": [str(one.user_id) for one in found.members]}} if fresh else {}
        return RecruitmentForm(found.establishment_id, **_without_members(given), **known)
    if slug == "comparaison":
        return comparison_form(found, **({**given, "data": searching.rated(found)} if fresh else {}))
    return {"diffusion": NoticesForm, "offres": OffersForm}[slug](**given)


class _Shown:
    """A search as the form of its recruitment shows it: the members by their accounts."""

    def __init__(self, found: Filling) -> None:
        self.keep_months, self.apply_to, self.apply_before = found.keep_months, found.apply_to, found.apply_before
        self.revision = found.revision


def _without_members(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "obj": _Shown(given["obj"])} if given else given


def _editable(identity: uuid.UUID, slug: str) -> Filling:
    """The search whose part she edits. Who names the jury opens the applications: only HR does."""
    if slug not in TITLES:
        abort(404)
    return queries.load_filling(identity, Permission.POSITIONS_HIRE if slug == "recrutement" else EDIT)


@blueprint.get("/pourvoir/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(EDIT)
def edit_filling(identity: uuid.UUID, slug: str) -> str:
    """The form of a part of a search."""
    found = _editable(identity, slug)
    return _edit_page(found, slug, _form_of(found, slug, fresh=True))


@blueprint.post("/pourvoir/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(EDIT)
def save_filling(identity: uuid.UUID, slug: str) -> Page:
    """Keep a part as typed; it never overwrites a colleague unseen."""
    found = _editable(identity, slug)
    form = _form_of(found, slug, fresh=False)
    if form.rearrange() or not form.sent():
        return _edit_page(found, slug, form), 422
    if is_overtaken(form, found):
        return _conflict_page(found, slug, form)
    verb = searching.compare if slug == "comparaison" else searching.save
    if not apply(form, lambda: verb(visitor(), found, form)):
        return _edit_page(found, slug, form), 422
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict_page(_editable(identity, slug), slug, form)
    flash(_("« %(title)s » : c’est enregistré.", title=_(TITLES[slug])), "success")
    return redirect(url_for("positions.filling", identity=identity) + f"#{slug}", 303)


def _edit_page(found: Filling, slug: str, form: Any, conflict: bool = False) -> str:
    return render_template(
        "positions/edit_filling.html",
        filling=found,
        slug=slug,
        titles=TITLES,
        form=form,
        conflict=conflict,
        ways=Way,
        told=model()["ways_to_fill"],
    )


def _conflict_page(found: Filling, slug: str, form: Any) -> tuple[str, int]:
    """Somebody saved meanwhile: her text stays in the form, and she decides."""
    form.revision.data = str(found.revision)
    form.revision.raw_data = None
    return _edit_page(found, slug, form, conflict=True), 409


# The decision


@blueprint.post("/pourvoir/<uuid:identity>/decider")
@requires(EDIT)
def decide(identity: uuid.UUID) -> Page:
    """Record which way is chosen; the search is closed."""
    found, form = queries.load_filling(identity, EDIT), DecisionForm()
    if not form.sent() or not apply(form, lambda: searching.decide(visitor(), found, form)):
        return _show_page(found, decision=form), 422
    flash(_("La décision est enregistrée."), "success")
    return redirect(url_for("positions.filling", identity=identity), 303)


@blueprint.post("/pourvoir/<uuid:identity>/abandonner")
@requires(EDIT)
def drop_filling(identity: uuid.UUID) -> Page:
    """Give the search up, with a reason."""
    found, form = queries.load_filling(identity, EDIT), DropForm()
    if not form.sent() or not apply(form, lambda: found.drop(form.drop_reason.data, today())):
        return _show_page(found, drop=form), 422
    flash(_("La recherche est abandonnée."), "success")
    return redirect(url_for("positions.filling", identity=identity), 303)


@blueprint.post("/pourvoir/<uuid:identity>/rouvrir")
@requires(EDIT)
def reopen_filling(identity: uuid.UUID) -> Page:
    """Take a closed search up again."""
    found, form = queries.load_filling(identity, EDIT), Form()
    if not apply(form, found.reopen):
        flash(form.form_errors[0], "warn")
    else:
        flash(_("La recherche est rouverte."), "success")
    return redirect(url_for("positions.filling", identity=identity), 303)


@blueprint.get("/pourvoir/<uuid:identity>/avis.<any(docx, pdf):ending>")
@requires(Permission.POSITIONS_READ)
def notice_document(identity: uuid.UUID, ending: str) -> Response:
    """The vacancy notice, to spread with the description."""
    found = queries.load_filling(identity)
    made = notice(model()["documents"]["vacancy_notice"], found, today())
    content = made.pdf(today()) if ending == "pdf" else made.docx(today())
    return send_file(BytesIO(content), MIMETYPES[ending], as_attachment=True, download_name=f"avis-de-vacance.{ending}")


@blueprint.get("/pourvoir/<uuid:identity>/decision.<any(docx, pdf):ending>")
@requires(Permission.POSITIONS_READ)
def choice_document(identity: uuid.UUID, ending: str) -> Response:
    """The ways compared and the decision, to keep with the file of the post."""
    found = queries.load_filling(identity, Permission.POSITIONS_READ)
    made = choice(found, model()["ways_to_fill"]["comparison"], weights_of(found.kind), today())
    content = made.pdf(today()) if ending == "pdf" else made.docx(today())
    return send_file(BytesIO(content), MIMETYPES[ending], as_attachment=True, download_name=f"choix-du-poste.{ending}")
