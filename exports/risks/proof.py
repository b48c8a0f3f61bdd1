"""That analyses of risks were made and validated: when, by whom, on what, under which digest; never what they say."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from exports.paper import Paper, Part, Table, statement
from exports.texts import day, moment
from models.establishments import Establishment
from models.risks.analysis import Analysis
from models.vocabulary import N_

TITLE = N_("Analyses de risques validées")
SAYS = N_(
    "Ce relevé prouve que les analyses ont été menées et validées. Il ne dit pas ce qu’elles contiennent : "
    "elles décrivent les faiblesses de l’établissement. L’empreinte est celle de l’état validé, que l’établissement "
    "peut produire."
)
NONE = N_("Aucune analyse validée n’est en vigueur.")
WIDTHS = (3, 5)


@dataclass(frozen=True)
class Proved:
    """A validated analysis, and how many scenarios it holds."""

    analysis: Analysis
    scenarios: int


def proof(found: Sequence[Proved], establishment: Establishment, on: dt.date) -> Paper:
    """The proof that the validated analyses of an establishment exist."""
    parts = map(_part, found) if found else (Part(lines=(NONE,)),)
    return statement(TITLE, establishment, on, parts, subtitle=SAYS)


def _part(proved: Proved) -> Part:
    one = proved.analysis
    approved = ", ".join(filter(None, (one.approved_by, one.approved_function)))
    rows = (
        (N_("Objet"), one.title),
        (N_("Périmètre"), one.scope or "–"),
        (N_("Méthode"), one.method.label),
        (N_("Scénarios étudiés"), str(proved.scenarios)),
        (N_("Menée"), N_("depuis le %s") % day(one.begun_on)),
        (N_("Validée par la direction"), f"{approved}, {day(one.approved_on)}" if one.approved_on else approved),
        (N_("Validation enregistrée"), f"{moment(one.validated_at)}, {one.validated_by}" if one.validated_at else "–"),
        (N_("Prochaine révision"), day(one.review_on) if one.review_on else "–"),
        (N_("Empreinte SHA-256"), one.digest or "–"),
    )
    return Part(one.reference, tables=(Table((N_("Rubrique"), N_("Valeur")), WIDTHS, rows),))
