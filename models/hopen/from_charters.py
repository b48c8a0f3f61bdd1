"""What the charters know of the plan: published, brought to each population, acknowledged, checked."""

import datetime as dt
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select

from models.charters.campaign import Answer, Campaign, CampaignState, Invitation
from models.charters.charter import Charter
from models.charters.diffusion import DiffusionRule
from models.charters.verification import Verification
from models.charters.words import CharterKind, CharterStatus, Population
from models.establishments import Establishment
from models.hopen.measures import Measure, one
from models.vocabulary import N_

CHECKED_WITHIN = dt.timedelta(days=366)
"""How old a check that the charter is applied may be to count (proposal of the product)."""
REACHED = (Population.STAFF, Population.NEWCOMERS, Population.CONTRACTORS, Population.SUPPLIERS)
"""The populations that HOP'EN P3.2 names and that the directory of persons tells apart."""

MEASURES = (
    Measure(
        "published", ("P3.2-O1-A2",), N_("Charte d’accès et d’usage publiée : %(met)s sur %(counted)s"), "charters"
    ),
    Measure(
        "procedure",
        ("P3.2-O2-A1", "P3.2-O2-A2"),
        N_("Procédure de diffusion écrite pour %(met)s populations sur %(counted)s"),
        "charters",
    ),
    Measure(
        "invited", ("P3.2-O3-A1",), N_("%(met)s populations sur %(counted)s atteintes par une campagne"), "charters"
    ),
    Measure(
        "answered",
        ("P3.2-O3-A1",),
        N_("%(met)s personnes sur %(counted)s en ont pris connaissance"),
        "charters",
        whole=False,
    ),
    Measure(
        "checked",
        ("P3.2-O3-A2",),
        N_("Application vérifiée depuis moins d’un an, ou avant l’échéance dite : %(met)s sur %(counted)s"),
        "charters",
    ),
)


def from_charters(today: dt.date) -> Select[Any]:
    """Whether the charter of use applies there, reaches each population, is acknowledged, and is checked."""
    in_force = Charter.applies_in(Establishment.id), Charter.status == CharterStatus.PUBLISHED
    use = and_(*in_force, Charter.kind == CharterKind.USE)
    asked = and_(
        Invitation.establishment_id == Establishment.id,
        Invitation.counts(),
        Campaign.state != CampaignState.DRAFT,
        Charter.kind == CharterKind.USE,
    )
    invitations = select(func.count()).select_from(Invitation).join(Campaign).join(Charter).where(asked)
    reached = (
        select(func.count(Invitation.population.distinct()))
        .select_from(Invitation)
        .join(Campaign)
        .join(Charter)
        .where(asked, Invitation.population.in_(REACHED))
    )
    ruled = select(func.count(DiffusionRule.population.distinct())).where(
        DiffusionRule.establishment_id == Establishment.id, DiffusionRule.population.in_(REACHED)
    )
    fresh = or_(
        Verification.next_on >= today,
        and_(Verification.next_on.is_(None), Verification.checked_on >= today - CHECKED_WITHIN),
    )
    check = select(Verification.id).where(Verification.establishment_id == Establishment.id, fresh)
    return select(
        Establishment.id.label("place"),
        one(select(Charter.id).where(use).exists()).label("published_met"),
        literal(1).label("published_counted"),
        _sub(ruled).label("procedure_met"),
        literal(len(REACHED)).label("procedure_counted"),
        _sub(reached).label("invited_met"),
        literal(len(REACHED)).label("invited_counted"),
        _sub(invitations.where(Invitation.answer == Answer.ACCEPTED)).label("answered_met"),
        _sub(invitations).label("answered_counted"),
        one(check.exists()).label("checked_met"),
        literal(1).label("checked_counted"),
    )


def _sub(query: Any) -> Any:
    return query.correlate(Establishment).scalar_subquery()
