"""The scenarios of every analysis in force side by side: what the figures of the start page lead to."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from exports.listings import SCENARIOS
from governance.doors import requires
from governance.leaving import sent
from governance.lists import asked, paged, whole
from governance.risks import queries
from governance.risks.blueprint import blueprint
from governance.visitor import visitor
from models.base import today
from models.establishments import Establishment
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.risks.shown import SHOWN, across
from models.risks.words import Phase
from models.search import matching
from models.vocabulary import N_

SORTS = {"titre": Scenario.title, "responsable": Scenario.owner_name, "echeance": Scenario.due_on}


@blueprint.get("/scenarios")
@requires(Permission.RISKS_READ)
def everything() -> str:
    """The scenarios of the latest analysis of each establishment that she reads."""
    analyses = {one.id: one for one in queries.latest(visitor())}
    page = paged(_listed(analyses, request.args), SORTS, "titre", queries.scenarios)
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


@blueprint.post("/scenarios/exporter")
@requires(Permission.RISKS_EXPORT, fresh=True)
def export_scenarios() -> Response:
    """The scenarios that the list shows, as a workbook."""
    args, analyses = asked(), {one.id: one for one in queries.latest(visitor())}
    ids = _listed(analyses, args).where(visitor().sees(Scenario, Permission.RISKS_EXPORT))
    found = whole(ids, SORTS, "titre", queries.scenarios, args)
    return sent(SCENARIOS, found, N_("les scénarios de risque"), "scenarios")


def _listed(analyses: Mapping[uuid.UUID, Analysis], args: Mapping[str, str]) -> Select[Any]:
    """The identities of the scenarios of some analyses that the filters of `args` keep."""
    return select(Scenario.id).where(Scenario.analysis_id.in_(analyses), *_kept(list(analyses.values()), args))


def _kept(analyses: list[Analysis], args: Mapping[str, str]) -> list[Any]:
    """The conditions of the filters; what cannot be understood filters nothing."""
    kept = list[Any]()
    if typed := args.get("q", "").strip():
        kept.append(matching(Scenario.words, typed[:200]))
    if args.get("montrer") in [one.key for one in SHOWN]:
        kept.append(across(analyses, args["montrer"], today()))
    if code := args.get("etablissement", "")[:40]:
        kept.append(Scenario.establishment_id.in_(select(Establishment.id).where(Establishment.code == code)))
    return kept
