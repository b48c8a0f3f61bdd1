"""The grid: several applications side by side, a column each; what is typed goes to the draft of its column."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import aliased, selectinload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.inventory import assessing, queries
from governance.inventory.blueprint import blueprint
from governance.lists import Page, paged
from governance.visitor import load, visitor
from models.base import now, today
from models.inventory.application import Application
from models.inventory.assessment import Assessment, AssessmentAnswer
from models.inventory.criteria import Criterion
from models.inventory.words import Answer, Status
from models.permissions import Permission
from models.rules import RuleBroken

WIDTH = 8
"""How many applications stand side by side: more do not fit on a sheet of paper."""

LONGEST = 200


@dataclass
class Column:
    """One application of the grid, with its latest assessment; `typed` and `wrong` when a form came back."""

    application: Application
    assessment: Assessment | None
    may_answer: bool
    answers: dict[str, AssessmentAnswer] = field(default_factory=dict)
    typed: dict[str, tuple[str, str]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    conflict: str = ""

    @property
    def is_open(self) -> bool:
        return self.may_answer and self.assessment is not None and not self.assessment.is_validated

    def answer(self, code: str) -> str:
        """The answer to show: what was typed, else what is kept."""
        return self.typed[code][0] if code in self.typed else self.answers[code].answer.value

    def words(self, code: str) -> str:
        """The value or the reason to show."""
        if code in self.typed:
            return self.typed[code][1]
        return _words(self.answers[code])


def _words(answer: AssessmentAnswer) -> str:
    return (answer.reason if answer.answer is Answer.NOT_APPLICABLE else answer.value) or ""


@blueprint.get("/grille")
@requires(Permission.INVENTORY_READ)
def grid() -> str:
    """The grid of the applications picked, or page by page of all that P3.4 counts."""
    return _page(_columns())


def _ids() -> Select[Any]:
    """The applications of the grid: those picked, else those of the list's filters, which P3.4 counts by default."""
    picked = [identity for identity in map(queries.as_identity, request.args.getlist("ids")[:100]) if identity]
    if picked:
        mine = visitor().sees(Application, Permission.INVENTORY_READ)
        return select(Application.id).where(mine, Application.id.in_(picked))
    return queries.listed(visitor(), {"montrer": "p34", **request.args.to_dict()}, today())


def _columns() -> Page:
    return paged(_ids(), {"nom": Application.name}, "nom", _details, WIDTH)


def _details(ids: list[uuid.UUID]) -> dict[uuid.UUID, Column]:
    later = aliased(Assessment)
    newer = exists().where(and_(later.application_id == Assessment.application_id, later.number > Assessment.number))
    query = (
        select(Assessment).options(selectinload(Assessment.answers)).where(Assessment.application_id.in_(ids), ~newer)
    )
    latest = {one.application_id: one for one in session.scalars(query)}
    found = session.scalars(select(Application).where(Application.id.in_(ids)))
    return {one.id: _column(one, latest.get(one.id)) for one in found}


def _column(application: Application, assessment: Assessment | None) -> Column:
    may = visitor().may(Permission.INVENTORY_ASSESS, application) and application.status is not Status.RETIRED
    return Column(application, assessment, may, assessment.by_criterion() if assessment else {})


def _page(page: Page) -> str:
    criteria = queries.criteria()
    return render_template(
        "inventory/grid.html",
        page=page,
        criteria=criteria,
        themes=_by_theme(criteria),
        answers=Answer,
        waiting=[one for one in page.rows if one.may_answer and not one.is_open],
        opened=[one for one in page.rows if one.is_open],
    )


def _by_theme(criteria: dict[str, Criterion]) -> list[tuple[str, list[Criterion]]]:
    themes: dict[str, list[Criterion]] = {}
    for one in criteria.values():
        themes.setdefault(one.theme.label, []).append(one)
    return list(themes.items())


@blueprint.post("/grille/choisir")
@requires(Permission.INVENTORY_ASSESS)
def pick_grid() -> Response:
    """Go to the grid of the applications picked in the list."""
    picked = [str(one) for one in map(queries.as_identity, request.form.getlist("ids")[:100]) if one]
    if not picked:
        flash(_("Cochez d’abord une ou plusieurs applications."), "warning")
        return redirect(url_for("inventory.index"), 303)
    return redirect(url_for("inventory.grid", ids=picked), 303)


@blueprint.post("/grille/commencer")
@requires(Permission.INVENTORY_ASSESS)
def begin_grid() -> Response:
    """Begin an assessment of each application of the page that has none open."""
    begun = 0
    for identity in filter(None, map(queries.as_identity, request.form.getlist("ids")[:WIDTH])):
        application = load(Application, identity, Permission.INVENTORY_ASSESS)
        try:
            assessing.begin(visitor(), application)
            begun += 1
        except RuleBroken:
            continue
    flash(ngettext("Un audit commencé.", "%(num)d audits commencés.", begun), "success")
    return redirect(_address(), 303)


@blueprint.post("/grille")
@requires(Permission.INVENTORY_ASSESS)
def save_grid() -> Response | tuple[str, int]:
    """Keep what was typed in every open column; refused as a whole when one cell is wrong or one column changed."""
    columns = [_typed(identity) for identity in _sent()]
    if any(one.wrong for one in columns):
        return _again(columns), 422
    if any(one.conflict for one in columns):
        return _again(columns), 409
    try:
        count = sum(_keep(one) for one in columns)
        session.flush()
    except StaleDataError:
        session.rollback()
        columns = [_typed(identity) for identity in _sent()]
        return _again(columns), 409
    flash(ngettext("Un audit enregistré.", "%(num)d audits enregistrés.", count), "success")
    return redirect(_address(), 303)


def _sent() -> list[uuid.UUID]:
    return [one for one in map(queries.as_identity, request.form.getlist("audits")[:WIDTH]) if one]


def _typed(identity: uuid.UUID) -> Column:
    """The column of a draft with what was typed in it, and what is wrong with that."""
    assessment = load(Assessment, identity, Permission.INVENTORY_ASSESS, Assessment.whole())
    column = _column(assessment.application, assessment)
    if assessment.is_validated:
        column.conflict = _("Cet audit vient d’être validé : il ne se modifie plus.")
    elif request.form.get(f"revision-{identity}") != str(assessment.revision):
        column.conflict = _(
            "%(who)s a enregistré cet audit pendant votre saisie. La vôtre est gardée dans la colonne ; enregistrez "
            "pour la retenir.",
            who=assessment.updated_by,
        )
    for code in column.answers:
        name = f"{identity}-{code}"
        if name not in request.form:
            continue
        said, words = request.form[name], request.form.get(f"{name}-mots", "").strip()
        column.typed[code] = said, words
        if problem := _wrong(said, words):
            column.wrong[code] = problem
    return column


def _wrong(said: str, words: str) -> str:
    """What is wrong with a cell, in French; nothing when it is right."""
    problem: str = ""
    if said not in Answer.__members__.values():
        problem = _("Choisissez une réponse de la liste.")
    elif len(words) > LONGEST or any(ord(letter) < 32 for letter in words):
        problem = _("Écrivez au plus %(count)s caractères, sur une ligne.", count=LONGEST)
    elif said == Answer.NOT_APPLICABLE and not words:
        problem = _("Dites pourquoi ce critère est sans objet.")
    return problem


def _keep(column: Column) -> bool:
    """Put what was typed in the draft; false when it says nothing new."""
    changed = False
    for code, (said, words) in column.typed.items():
        answer = column.answers[code]
        if (answer.answer.value, _words(answer)) == (said, words):
            continue
        answer.answer, changed = Answer(said), True
        if answer.answer is Answer.NOT_APPLICABLE:
            answer.reason = words
        else:
            answer.value = words or None
    if changed and column.assessment:
        column.assessment.touch(visitor().name, now())
    return changed


def _again(columns: list[Column]) -> str:
    """The same columns with what was typed; nothing is kept."""
    rows = sorted(columns, key=lambda one: one.application.name)
    page = Page(rows, len(rows), 1, WIDTH, "nom")
    with session.no_autoflush:
        return _page(page)


def _address() -> str:
    query = request.form.get("liste", "")[:4000]
    return url_for("inventory.grid") + (f"?{query}" if query else "")
