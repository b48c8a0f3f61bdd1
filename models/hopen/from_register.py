"""What the register, and the establishment’s own record, know of the plan."""

import datetime as dt
from typing import Any

from sqlalchemy import Select, and_, literal, or_, select

from models.establishments import Establishment
from models.hopen.from_security import holds_dpo
from models.hopen.measures import Measure, one, shares
from models.register import checks
from models.register.activity import Activity
from models.register.words import Status
from models.vocabulary import N_

REGISTER = (
    Measure("listed", ("P3.6-O2-A1",), N_("%(met)s traitements au registre, avec leur responsable"), "register"),
    Measure("purposes", ("P3.6-O2-A2",), N_("Finalité dite pour %(met)s traitements sur %(counted)s"), "register"),
    Measure(
        "complete",
        ("P3.6-O2-A3",),
        N_("%(met)s fiches complètes sur %(counted)s (article 30)"),
        "register",
        "montrer=incompletes",
        whole=False,
    ),
    Measure(
        "reviewed",
        ("P3.6-O2-A4",),
        N_("%(met)s fiches sur %(counted)s ont une revue à venir"),
        "register",
        "montrer=a-revoir",
        whole=False,
    ),
)


def from_register(today: dt.date) -> Select[Any]:
    """What the records in course say."""
    every = Activity.id.is_not(None)
    sums = [
        *shares("listed", every, every),
        *shares("purposes", every, Activity.purposes.any()),
        *shares("complete", every, checks.is_complete()),
        *shares("reviewed", every, Activity.review_on >= today),
    ]
    live = Activity.status != Status.ARCHIVED
    return select(Activity.establishment_id.label("place"), *sums).where(live).group_by(Activity.establishment_id)


DESIGNATION = (
    Measure(
        "inner_dpo",
        ("P3.6-O1-A2",),
        N_("DPO interne désigné : %(met)s sur %(counted)s"),
        "establishments",
    ),
    Measure(
        "outer_dpo",
        ("P3.6-O1-A3",),
        N_("DPO externe désigné : %(met)s sur %(counted)s"),
        "establishments",
    ),
)


def from_establishments(today: dt.date) -> Select[Any]:
    """Whether a DPO is named, and whether she works for a company."""
    named, outside = Establishment.dpo_name.is_not(None), Establishment.dpo_company.is_not(None)
    return select(
        Establishment.id.label("place"),
        one(or_(holds_dpo(today, outside=False), and_(named, ~outside))).label("inner_dpo_met"),
        literal(1).label("inner_dpo_counted"),
        one(or_(holds_dpo(today, outside=True), and_(named, outside))).label("outer_dpo_met"),
        literal(1).label("outer_dpo_counted"),
    )
