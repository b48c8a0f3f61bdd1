"""What the register lacks before a notice may be made of it (art. 13 and 14): the reason of a refusal, item by item."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from models.notices.facts import LEGITIMATE, Facts, Lexicon
from models.register.activity import Activity
from models.register.words import Kind, Status
from models.vocabulary import N_


@dataclass(frozen=True)
class Missing:
    """One thing to write before publishing, and where: in a section of an `activity`, else in `of`, which is "notice",
    "establishment" or "dpo"."""

    sentence: str
    activity_id: uuid.UUID | None = None
    title: str = ""
    section: str | None = None
    of: str = "notice"


_Rule = tuple[str, str, Callable[[Activity], bool]]

_RULES: tuple[_Rule, ...] = (
    ("purposes", N_("Indiquez la finalité principale."), lambda one: bool(one.purposes)),
    (
        "purposes",
        N_("Donnez une base légale à chaque finalité."),
        lambda one: all(purpose.lawful_basis for purpose in one.purposes),
    ),
    (
        "purposes",
        N_("Décrivez l’intérêt légitime poursuivi."),
        lambda one: all(purpose.legitimate_interest for purpose in one.purposes if purpose.lawful_basis == LEGITIMATE),
    ),
    ("data", N_("Indiquez au moins une catégorie de données."), lambda one: bool(one.data_items)),
    ("recipients", N_("Indiquez au moins un destinataire."), lambda one: bool(one.recipients)),
    (
        "recipients",
        N_("Dites s’il y a des transferts hors UE, vers quel pays et avec quelle garantie."),
        lambda one: (
            bool(one.transfers or one.transfers_exist is False)
            and all(transfer.country and transfer.mechanism for transfer in one.transfers)
        ),
    ),
    (
        "rights",
        N_("Dites s’il y a une décision automatisée et, si oui, sa logique."),
        lambda one: one.automated_decision is False or bool(one.automated_decision and one.automated_logic),
    ),
)


def missing(activities: Iterable[Activity], lexicon: Lexicon, lacking: Iterable[str]) -> list[Missing]:
    """What lacks in the chosen activities, then the required blanks that have no value (`lacking`, by name)."""
    labels = {row["code"]: row for row in lexicon.model["placeholders"]}
    chosen = list(activities)
    found = [one for activity in chosen for one in _of(activity, Facts([activity], lexicon))]
    found += [_blank(labels[name]) for name in sorted(lacking) if labels[name]["source"] != "register"]
    return found if chosen else [Missing(N_("Choisissez au moins un traitement validé.")), *found]


def _blank(row: dict[str, str]) -> Missing:
    of, sentence = _ELSEWHERE.get(row["code"], ("notice", N_("Renseignez le champ « %s ».") % row["label_fr"]))
    return Missing(sentence, of=of)


_ELSEWHERE = {
    "adresse_etablissement": ("establishment", N_("Complétez l’adresse de l’établissement.")),
    "courriel_dpo": ("dpo", N_("Indiquez l’adresse électronique du DPO.")),
    "telephone_dpo": ("dpo", N_("Indiquez le téléphone du DPO.")),
    "adresse_postale_dpo": ("dpo", N_("Indiquez l’adresse postale du DPO.")),
}


def _of(activity: Activity, facts: Facts) -> Iterator[Missing]:
    def lacks(sentence: str, section: str | None = None) -> Missing:
        return Missing(sentence, activity.id, activity.journal_title(), section)

    if activity.kind is Kind.PROCESSOR:
        yield lacks(N_("L’établissement y est sous-traitant : son responsable informe les personnes."))
        return
    if activity.status is not Status.VALIDATED:
        yield lacks(N_("Validez cette fiche : une notice ne reprend que des fiches validées."))
    yield from (lacks(sentence, section) for section, sentence, holds in _RULES if not holds(activity))
    if not facts.retentions():
        yield lacks(N_("Indiquez au moins une durée de conservation."), "retentions")
    elif any(facts.period(activity, row) is None for row in activity.retentions):
        yield lacks(N_("Donnez la durée de chaque élément conservé."), "retentions")
