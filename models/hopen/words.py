"""The vocabularies of the HOP’EN tracker."""

from collections.abc import Mapping

from models.vocabulary import N_, Vocabulary


class StepState(Vocabulary):
    TODO = "todo", N_("À faire")
    DOING = "doing", N_("En cours")
    DONE = "done", N_("Faite")
    BLOCKED = "blocked", N_("Bloquée")
    NOT_APPLICABLE = "not_applicable", N_("Sans objet")


OPEN = (StepState.TODO, StepState.DOING, StepState.BLOCKED)
REASONED = (StepState.BLOCKED, StepState.NOT_APPLICABLE)
"""The states that are not entered without saying why."""


class Reach(Vocabulary):
    """How far an objective or an indicator is: always computed from its actions, never typed."""

    TODO = "todo", N_("À commencer")
    DOING = "doing", N_("En cours")
    BLOCKED = "blocked", N_("Bloqué")
    DONE = "done", N_("Atteint")
    NOT_APPLICABLE = "not_applicable", N_("Sans objet")


class Difficulty(Vocabulary):
    LOW = "faible", N_("Faible")
    MEDIUM = "moyen", N_("Moyenne")
    HIGH = "fort", N_("Forte")


class Scope(Vocabulary):
    """Whether a room of the product answers the indicator, or it is only followed."""

    CORE = "core", N_("Porté par les registres de Vigie")
    TRACKER = "tracker", N_("Suivi")


class Variant(Vocabulary):
    """The exclusive branches of two objectives of the plan."""

    EXTERNAL_HIRING = "recrutement_externe", N_("Recrutement, ou fonction partagée avec d’autres structures")
    INTERNAL_CHOICE = "recrutement_interne", N_("Choix d’une personne en interne")
    INTERNAL_DPO = "dpo_interne", N_("DPO interne")
    EXTERNAL_DPO = "dpo_externe", N_("DPO externe, par un prestataire")


def contradicts(state: StepState, proposed: StepState | None) -> bool:
    """Whether what somebody says of an action and what the registers propose cannot both hold: one says it is done."""
    return proposed is not None and (state is StepState.DONE) != (proposed is StepState.DONE)


def reach(counts: Mapping[StepState, int]) -> Reach:
    """How far a set of actions is, from how many are in each state; those without object do not count."""
    total = sum(counts.values())
    applicable = total - counts.get(StepState.NOT_APPLICABLE, 0)
    if not applicable:
        return Reach.NOT_APPLICABLE if total else Reach.TODO
    if counts.get(StepState.DONE, 0) == applicable:
        return Reach.DONE
    if counts.get(StepState.BLOCKED, 0):
        return Reach.BLOCKED
    return Reach.DOING if counts.get(StepState.DONE, 0) or counts.get(StepState.DOING, 0) else Reach.TODO
