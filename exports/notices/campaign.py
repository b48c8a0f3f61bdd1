"""The outcome of a campaign of diffusion: what was planned, what was counted, whether patients received it."""

import datetime as dt
from collections.abc import Sequence

from exports.paper import Paper, Part, listed, nonempty, statement
from exports.texts import day
from models.notices.campaign import DiffusionCampaign, DiffusionCount
from models.notices.check import InformationCheck
from models.notices.diffusion import DiffusionProcedure
from models.vocabulary import N_

TITLE = N_("Bilan de diffusion : %s")
NOT_YET = N_("Campagne en cours : ce relevé dit où elle en est.")
RATE = N_("%s sur %s, soit %s %%")
COUNTS = ((N_("Compté le"), N_("Lieu"), N_("Remis ou posés"), N_("Compté par"), N_("Remarque")), (3, 5, 3, 4, 5))
COURSE = ((N_("Jour"), N_("Part de ce qui était prévu")), (3, 7))
CHECKS = ((N_("Faite le"), N_("Méthode"), N_("Compte"), N_("Taux"), N_("Suites")), (3, 5, 3, 2, 6))


def report(
    one: DiffusionCampaign, procedure: DiffusionProcedure | None, checks: Sequence[InformationCheck], on: dt.date
) -> Paper:
    """The campaign as a paper dated `on`, with the `procedure` that it carries out and the `checks` made since."""
    parts = (
        Part(N_("Bilan"), tuple(one.outcome.splitlines())) if one.outcome else None,
        listed(N_("Comptages"), *COUNTS, map(_count, one.counts)),
        listed(N_("Taux dans le temps"), *COURSE, ((day(when), f"{rate} %") for when, rate in one.course())),
        _missing(one),
        listed(N_("Les patients la reçoivent-ils ?"), *CHECKS, map(_check, checks)),
    )
    return statement(
        TITLE % one.title,
        one.establishment,
        on,
        filter(None, parts),
        subtitle="" if one.is_closed else NOT_YET,
        facts=_facts(one, procedure),
        signatures=((N_("Pour l’établissement"), one.closed_by or ""),) if one.is_closed else (),
    )


def _facts(one: DiffusionCampaign, procedure: DiffusionProcedure | None) -> tuple[tuple[str, str], ...]:
    closed = N_("le %s par %s") % (day(one.closed_on), one.closed_by or "–") if one.closed_on else None
    return nonempty(
        (
            (N_("Support"), f"{one.tool.title}, {N_('version')} {one.tool.edition}"),
            (N_("Patients concernés"), one.population.label),
            (N_("Période"), N_("du %s au %s") % (day(one.starts_on), day(one.ends_on))),
            (N_("Remis ou posés"), RATE % (one.reached, one.planned, one.rate)),
            (N_("Procédure suivie"), _named(procedure)),
            (N_("Close"), closed),
        )
    )


def _named(procedure: DiffusionProcedure | None) -> str:
    if procedure is None or procedure.validated_on is None:
        return N_("aucune procédure validée")
    return N_("version %s, validée le %s") % (procedure.number, day(procedure.validated_on))


def _missing(one: DiffusionCampaign) -> Part | None:
    left = one.places_left()
    return Part(N_("Lieux dont rien n’a été compté"), items=tuple(left)) if left and one.counts else None


def _count(row: DiffusionCount) -> tuple[str, ...]:
    return day(row.counted_on), row.place or "–", str(row.handed), row.counted_by, row.remark or "–"


def _check(one: InformationCheck) -> tuple[str, ...]:
    return day(one.checked_on), one.method.label, f"{one.informed} / {one.asked}", f"{one.rate} %", one.follow_up or "–"
