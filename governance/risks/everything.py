"""The scenarios of every analysis in force side by side: what the figures of the start page lead to."""

from typing import Any

from flask import render_template, request
from sqlalchemy import select

from governance.doors import requires
from governance.lists import paged
from governance.risks import queries
from governance.risks.blueprint import blueprint
from governance.visitor import visitor
from models.base import today
from models.establishments import Establishment
from models.permissions import Permission
from models.risks.scenario import Scenario
from models.risks.shown import SHOWN, across
from models.risks.words import Phase
from models.search import matching

SORTS = {"titre": Scenario.title, "responsable": Scenario.owner_name, "echeance": Scenario.due_on}


@blueprint.get("/scenarios")
@requires(Permission.RISKS_READ)
def everything() -> str:
    """The scenarios of the latest analysis of each establishment that she reads."""
    analyses = {one.id: one for one in queries.latest(visitor())}
    query = select(Scenario.id).where(Scenario.analysis_id.in_(analyses), *_kept(list(analyses.values())))
    page = paged(query, SORTS, "titre", queries.scenarios)
    return render_template(
        "risks/everything.html",
        page=page,
        analyses=analyses,
        scales={identity: one.scale for identity, one in analyses.items()},
        questions=[(one.key, one.title) for one in SHOWN],
        places=[(one.code, one.name) for one in visitor().places(Permission.RISKS_READ)],
        phases=Phase,
        today=today(),
    )


def _kept(analyses: list[Any]) -> list[Any]:
    """The conditions of the filters; what cannot be understood filters nothing."""
    args, kept = request.args, list[Any]()
    if typed := args.get("q", "").strip():
        kept.append(matching(Scenario.words, typed[:200]))
    if args.get("montrer") in [one.key for one in SHOWN]:
        kept.append(across(analyses, args["montrer"], today()))
    if code := args.get("etablissement", "")[:40]:
        kept.append(Scenario.establishment_id.in_(select(Establishment.id).where(Establishment.code == code)))
    return kept
