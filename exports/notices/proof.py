"""That patients are informed: the tools and who validated them, how they are handed out, what checks found."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from exports.paper import Paper, listed, statement
from exports.texts import day
from models.base import day_of
from models.establishments import Establishment
from models.notices.campaign import DiffusionCampaign
from models.notices.check import InformationCheck
from models.notices.diffusion import DiffusionProcedure
from models.notices.notice import NoticeVersion
from models.notices.tool import InformationTool
from models.vocabulary import N_

TITLE = N_("Information des patients")
Columns = tuple[tuple[str, ...], tuple[int, ...]]
PUBLISHED: Columns = ((N_("Notice"), N_("Public"), N_("Version"), N_("Publiée le"), N_("Empreinte")), (5, 3, 2, 2, 4))
TOOLS: Columns = (
    (N_("Support"), N_("Version"), N_("Validé par"), N_("Où et quand"), N_("Service"), N_("État")),
    (5, 2, 4, 5, 3, 2),
)
PROCEDURES: Columns = (
    (N_("Procédure"), N_("Qui diffuse"), N_("Moment"), N_("Validée le"), N_("Instance")), (5, 4, 3, 2, 4),
)  # fmt: skip
CAMPAIGNS: Columns = ((N_("Campagne"), N_("Support"), N_("Période"), N_("Prévus"), N_("Faits")), (4, 4, 4, 2, 2))
CHECKS: Columns = (
    (N_("Date"), N_("Méthode"), N_("Service"), N_("Compte"), N_("Taux"), N_("Suites")), (2, 4, 3, 2, 2, 4),
)  # fmt: skip


@dataclass(frozen=True)
class Informed:
    """All that an establishment does to inform its patients."""

    notices: Sequence[NoticeVersion]
    tools: Sequence[InformationTool]
    procedures: Sequence[DiffusionProcedure]
    campaigns: Sequence[DiffusionCampaign]
    checks: Sequence[InformationCheck]


def proof(told: Informed, establishment: Establishment, on: dt.date) -> Paper:
    """The whole as one document, dated `on`."""
    asked, informed = sum(one.asked for one in told.checks), sum(one.informed for one in told.checks)
    facts = ((N_("Vérifications"), N_("%s informés ou conformes sur %s") % (informed, asked)),) if told.checks else ()
    parts = (
        listed(N_("Notices en vigueur"), *PUBLISHED, map(_notice, told.notices)),
        listed(N_("Supports"), *TOOLS, map(_tool, told.tools)),
        listed(N_("Procédures de diffusion"), *PROCEDURES, map(_procedure, told.procedures)),
        listed(N_("Campagnes de diffusion"), *CAMPAIGNS, map(_campaign, told.campaigns)),
        listed(N_("Vérifications auprès des patients"), *CHECKS, map(_check, told.checks)),
    )
    return statement(TITLE, establishment, on, parts, facts=facts)


def _notice(one: NoticeVersion) -> tuple[str, ...]:
    return one.title, one.audience.label, str(one.number), day(day_of(one.published_at)), one.digest[:16]


def _tool(one: InformationTool) -> tuple[str, ...]:
    held = one.validation()
    said = f"{held.body_label}, {day(held.held_on)}" if held else N_("pas encore validé")
    return f"{one.title}\n{one.kind.label}", one.edition, said, one.places or "–", one.owner or "–", one.state.label


def _procedure(one: DiffusionProcedure) -> tuple[str, ...]:
    body = (one.body_name or one.body.label) if one.body else "–"
    validated = day(one.validated_on) if one.validated_on else "–"
    return one.title, one.responsible, one.moment.label, validated, f"{body}\n{one.minutes}" if one.minutes else body


def _campaign(one: DiffusionCampaign) -> tuple[str, ...]:
    period = f"{day(one.starts_on)} – {day(one.ends_on)}"
    reached = f"{one.reached} ({one.rate}\u00a0%)" if one.counts or one.is_closed else "–"
    return one.title, one.tool.title, period, str(one.planned), reached


def _check(one: InformationCheck) -> tuple[str, ...]:
    rate = f"{one.rate}\u00a0%" + (f"\n{N_('indicatif')}" if one.is_indicative else "")
    place = one.department.name if one.department else "–"
    return day(one.checked_on), one.method.label, place, f"{one.informed} / {one.asked}", rate, one.follow_up or "–"
