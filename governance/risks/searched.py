"""What the risk analyses let be searched, to those who read them and to nobody else."""

import uuid

from sqlalchemy import Select, String, case, cast, literal, select
from sqlalchemy.orm import aliased

from governance.searching import Kind, seen
from governance.visitor import Visitor
from models.measures import Measure
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.vocabulary import N_

READ = Permission.RISKS_READ
_whole = aliased(Analysis)
_within = select(_whole.reference).where(_whole.id == Scenario.analysis_id)
_number = case((Scenario.number < 10, literal("R0")), else_=literal("R"))


def _scenarios(who: Visitor) -> Select[uuid.UUID]:
    """Those of the latest analyses, as the list of all scenarios shows them: a copy would repeat those of last year."""
    latest = select(Analysis.id).where(who.sees(Analysis, READ), Analysis.latest())
    return select(Scenario.id).where(Scenario.analysis_id.in_(latest))


KINDS = (
    Kind(
        "analyses", N_("Analyses de risques"), READ, Analysis, seen(Analysis, READ),
        name=Analysis.title, reference=Analysis.reference, texts=(Analysis.scope,),
    ),
    Kind(
        "scenarios", N_("Scénarios de risque"), READ, Scenario, _scenarios,
        name=Scenario.title,
        reference=_within.scalar_subquery() + literal(", ") + _number + cast(Scenario.number, String),
        texts=(Scenario.threat, Scenario.impact, Scenario.owner_name, Scenario.existing_measures),
    ),
    Kind(
        "mesures", N_("Mesures de sécurité"), Permission.MEASURES_READ, Measure,
        lambda who: select(Measure.id).where(who.reads(Measure)),
        name=Measure.title, reference=Measure.reference, texts=(Measure.source, Measure.note, Measure.owner_name),
    ),
)  # fmt: skip
