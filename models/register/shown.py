"""Ready-made questions about the register: the same rule filters the list and counts on the dashboard."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_

from models.register import checks
from models.register.activity import Activity
from models.register.parts import Retention
from models.register.words import DOUBTFUL, DpiaNeed
from models.vocabulary import N_


@dataclass(frozen=True)
class Shown:
    """A ready-made filter of the list, with the sentence that names it and its rule in SQL."""

    key: str
    title: str
    rule: Callable[[dt.date], ColumnElement[bool]]
    tone: str


def dpia_required() -> ColumnElement[bool]:
    """SQL: the record calls for an impact assessment, by its hint or by the opinion given (art. 35)."""
    hinted = or_(Activity.dpia_listed.is_(True), func.coalesce(func.json_array_length(Activity.dpia_criteria), 0) >= 2)
    return or_(Activity.dpia_override == DpiaNeed.REQUIRED, and_(Activity.dpia_override.is_(None), hinted))


def _has_doubtful_retention() -> ColumnElement[bool]:
    return Activity.retentions.any(and_(Retention.confidence.in_(DOUBTFUL), Retention.confirmed_at.is_(None)))


SHOWN = (
    Shown("a-revoir", N_("À revoir"), lambda today: Activity.review_on < today, "alert"),
    Shown("completes", N_("Complètes (art. 30)"), lambda _: checks.is_complete(), "ok"),
    Shown("incompletes", N_("Incomplètes (art. 30)"), lambda _: ~checks.is_complete(), "warn"),
    Shown("sensibles", N_("Données sensibles"), lambda _: Activity.sensitive.is_(True), "info"),
    Shown("aipd", N_("AIPD requise"), lambda _: dpia_required(), "info"),
    Shown("durees-a-verifier", N_("Durées à vérifier"), lambda _: _has_doubtful_retention(), "warn"),
    Shown(
        "a-confirmer", N_("En attente de confirmation"), lambda _: Activity.confirmation_asked_at.is_not(None), "warn"
    ),
    Shown("hors-ue", N_("Transferts hors UE"), lambda _: Activity.transfers.any(), "info"),
)
