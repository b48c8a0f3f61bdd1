"""What the analyses give to a pack of evidence: the proof that they exist; their report only to who asks for it."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from exports.risks import report
from exports.risks.proof import Proved, proof
from governance.database import session
from governance.packing import Given, gives
from governance.risks import delivery
from governance.visitor import visitor
from models.base import today
from models.establishments import Establishment
from models.hopen.pack import Audience
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.risks.words import Standing
from models.vocabulary import N_

TITLE = N_("Analyses de risques")
TOLD = Audience.HOPEN, Audience.CERTIFICATION, Audience.GROUP


@gives(TITLE, Permission.RISKS_READ, *TOLD)
def to_pack(home: Establishment) -> Iterator[Given]:
    """That the validated analyses exist, without the map of weaknesses."""
    query = select(Scenario.analysis_id, func.count()).join(Analysis, Analysis.id == Scenario.analysis_id)
    counts = dict(session.execute(query.where(_validated(home)).group_by(Scenario.analysis_id)).all())
    found = [Proved(one, counts.get(one.id, 0)) for one in _analyses(home)]
    yield Given.of("analyses-validees.pdf", _("Analyses de risques validées"), proof(found, home, today()).pdf(today()))


@gives(TITLE, Permission.RISKS_EXPORT, *TOLD, reserved=N_("Le rapport complet des analyses de risques validées"))
def reports(home: Establishment) -> Iterator[Given]:
    """The whole report of each validated analysis, marked with the name of who asked for it."""
    for one in _analyses(home):
        told = delivery.dossier(visitor(), one.id)
        title = _("Rapport de l’analyse %(reference)s, diffusion restreinte", reference=one.reference)
        yield Given(f"rapport-{one.reference}.pdf", title, report.booklet(told))


def _validated(home: Establishment) -> ColumnElement[bool]:
    return (Analysis.establishment_id == home.id) & (Analysis.standing == Standing.VALIDATED)


def _analyses(home: Establishment) -> list[Analysis]:
    return list(session.scalars(select(Analysis).where(_validated(home)).order_by(Analysis.reference)))
