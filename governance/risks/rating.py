"""Rating in the list: a form over the rows of the page; refused whole when a cell is wrong or a row has changed."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.lists import SIZE
from governance.risks import queries
from governance.risks.blueprint import blueprint
from governance.risks.routes import list_address
from governance.risks.scenarios import listing, refusal
from governance.visitor import load, visitor
from models.base import now
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.scale import Scale
from models.risks.scenario import RATINGS, Scenario
from models.risks.words import Treatment
from models.rules import RuleBroken

CELLS = (*RATINGS, "treatment")


@dataclass
class Row:
    """One scenario of the form; `typed` and `wrong` (by cell) when it came back."""

    scenario: Scenario
    typed: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    conflict: str = ""

    def value(self, name: str) -> str:
        """What a cell shows: what was typed, else what is kept."""
        kept = getattr(self.scenario, name)
        return self.typed.get(name, "" if kept is None else str(kept))


@blueprint.get("/<uuid:identity>/cotation")
@requires(Permission.RISKS_EDIT)
def rating(identity: uuid.UUID) -> Response | str:
    """The ratings of a page of scenarios, ready to be typed."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    if not analysis.is_draft:
        return redirect(url_for("risks.scenarios", identity=identity))
    shown = listing(analysis)
    return _page(shown, [Row(one) for one in shown["page"].rows])


@blueprint.post("/<uuid:identity>/cotation")
@requires(Permission.RISKS_EDIT)
def rate(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed in every row of the page."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    rows = _typed(analysis)
    if any(row.conflict for row in rows):
        return _again(analysis, rows), 409
    try:
        count = sum(_keep(row, analysis) for row in rows)
        if any(row.wrong for row in rows):
            return _again(analysis, rows), 422
        session.flush()
    except RuleBroken as broken:
        return render_template("risks/refused_many.html", back=_back(analysis), reason=refusal(broken)), 422
    except StaleDataError:
        session.rollback()
        return _again(load(Analysis, identity, Permission.RISKS_EDIT), _typed(analysis)), 409
    flash(ngettext("Un scénario coté.", "%(num)d scénarios cotés.", count), "success")
    return redirect(_back(analysis), 303)


def _back(analysis: Analysis) -> str:
    return list_address("risks.rating", identity=analysis.id)


def _typed(analysis: Analysis) -> list[Row]:
    """The rows sent, in their order, with what was typed in them and what is wrong with that."""
    sent = [one for one in map(queries.as_identity, request.form.getlist("rows")[:SIZE]) if one]
    query = select(Scenario).options(joinedload(Scenario.analysis))
    found = session.scalars(query.where(Scenario.id.in_(sent), Scenario.analysis_id == analysis.id))
    known = {one.id: one for one in found}
    return [_row(known[one], analysis.scale) for one in sent if one in known]


def _row(scenario: Scenario, scale: Scale) -> Row:
    row = Row(scenario)
    for name in CELLS:
        if (typed := request.form.get(f"{scenario.id}-{name}")) is not None:
            row.typed[name] = typed.strip()
            if problem := _wrong(name, row.typed[name], scale):
                row.wrong[name] = problem
    if request.form.get(f"{scenario.id}-revision") != str(scenario.revision):
        row.conflict = _(
            "%(who)s l’a enregistré pendant votre saisie ; la vôtre est gardée, enregistrez pour la retenir.",
            who=scenario.updated_by,
        )
    return row


def _wrong(name: str, typed: str, scale: Scale) -> str:
    """What is wrong with a cell by itself; "" when nothing is."""
    known = {"", *Treatment.__members__.values()}
    if name != "treatment":
        steps = scale.severities if name.endswith("severity") else scale.likelihoods
        known = {"", *(str(number) for number in range(1, len(steps) + 1))}
    return "" if typed in known else str(_("Ce degré n’est pas dans l’échelle de l’analyse."))


def _keep(row: Row, analysis: Analysis) -> bool:
    """Put what was typed in its scenario; false when it says nothing new or is wrong."""
    scenario, before = row.scenario, [getattr(row.scenario, name) for name in CELLS]
    if row.wrong:
        return False
    with session.no_autoflush:
        for name, typed in row.typed.items():
            setattr(scenario, name, None if not typed else Treatment(typed) if name == "treatment" else int(typed))
        if before == [getattr(scenario, name) for name in CELLS]:
            return False
        try:
            scenario.check_ratings(analysis.scale)
        except RuleBroken as broken:
            row.wrong[broken.field] = str(_(broken.message))
            return False
        scenario.touch(visitor().name, now())
    return True


def _again(analysis: Analysis, rows: list[Row]) -> str:
    """The same rows with what was typed; nothing is kept."""
    session.rollback()
    fresh = load(Analysis, analysis.id, Permission.RISKS_EDIT)
    return _page(listing(fresh), rows)


def _page(shown: dict[str, Any], rows: list[Row]) -> str:
    scale: Scale = shown["scale"]
    return render_template(
        "risks/rating.html",
        rows=rows,
        steps={"severity": range(1, len(scale.severities) + 1), "likelihood": range(1, len(scale.likelihoods) + 1)},
        **shown,
    )
