"""The ways to fill a post side by side, and which one was decided, why and by whom, for the direction to sign."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from exports.paper import Paper, Part, Table, listed, nonempty, statement
from exports.texts import day
from models.positions.filling import Filling, FillingOption, Offer
from models.vocabulary import N_

TITLE = N_("Choix d’une solution pour pourvoir le poste : %s")
UNDECIDED = N_("Comparaison en cours : aucune solution n’est encore retenue.")
OFFERS = (
    (N_("Prestataire"), N_("Prix annuel (euros)"), N_("Jours par an"), N_("Points forts"), N_("Réserves")),
    (5, 3, 3, 5, 5),
)


def choice(filling: Filling, comparison: Mapping[str, Any], weights: Mapping[str, int], on: dt.date) -> Paper:
    """The comparison of a search by the `comparison` of the models, its offers, and the decision when there is one."""
    options = sorted(filling.options, key=lambda one: -one.score(weights))
    signed = ((N_("Pour la direction"), filling.establishment.legal_representative or ""),)
    return statement(
        TITLE % filling.title,
        filling.establishment,
        on,
        filter(None, (_decision(filling), _compared(options, comparison, weights), _noted(options), _offers(filling))),
        facts=nonempty(
            (
                (N_("Fonction"), filling.kind.label),
                (N_("Recherche ouverte le"), day(filling.opened_on)),
                (N_("Besoin"), filling.context),
                (N_("Compétences présentes en interne"), filling.skills_present),
                (N_("Plan de formation"), filling.training_plan),
                (N_("Partage entre établissements"), filling.sharing_note),
            )
        ),
        signatures=signed,
    )


def _decision(filling: Filling) -> Part:
    if filling.closed_on is None:
        return Part(N_("Décision"), (UNDECIDED,))
    chosen = filling.chosen.label if filling.chosen else N_("aucune : recherche abandonnée")
    told = (
        (N_("Solution retenue"), chosen), (N_("Motif"), filling.decision_reason),
        (N_("Mesure corrective"), filling.correction), (N_("Notes sur 100"), filling.scores),
        (N_("Décidé par"), filling.decided_by), (N_("Le"), day(filling.closed_on)),
    )  # fmt: skip
    return Part(N_("Décision"), tables=(Table((N_("Rubrique"), N_("Valeur")), (3, 7), nonempty(told)),))


def _compared(options: Sequence[FillingOption], comparison: Mapping[str, Any], weights: Mapping[str, int]) -> Part:
    heads = (N_("Critère (poids)"), *(one.way.label for one in options))
    rows = [
        (f"{one['label']} ({weights[one['code']]})", *(str(option.ratings.get(one["code"], "–")) for option in options))
        for one in comparison["criteria"]
    ]
    costs = (f"{one.cost:,}".replace(",", "\u00a0") if one.cost is not None else "–" for one in options)
    rows += [
        (N_("Note sur 100"), *(str(one.score(weights)) for one in options)),
        (N_("Coût sur trois ans (euros)"), *costs),
    ]
    found = listed(N_("Solutions comparées"), heads, (4, *([3] * len(options))), rows if options else ())
    return Part(found.heading, (*found.lines, comparison["formula"]), tables=found.tables)


def _noted(options: Sequence[FillingOption]) -> Part | None:
    items = tuple(f"{one.way.label} : {one.note}" for one in options if one.note)
    return Part(N_("Appréciations"), items=items) if items else None


def _offers(filling: Filling) -> Part | None:
    rows = [
        (
            _company(one), _number(one.price), _days(one), one.strengths or "–", one.doubts or "–",
        )
        for one in filling.offers
    ]  # fmt: skip
    return listed(N_("Offres comparées"), *OFFERS, rows) if rows else None


def _company(one: Offer) -> str:
    named = f"{one.company}, {one.person_named}" if one.person_named else one.company
    return f"{named} ({N_('retenue')})" if one.retained else named


def _days(one: Offer) -> str:
    return (
        _number(one.days)
        if one.days_on_site is None
        else N_("%s, dont %s sur site") % (_number(one.days), one.days_on_site)
    )


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}".replace(",", "\u00a0")
