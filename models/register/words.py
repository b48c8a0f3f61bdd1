"""The register's own vocabularies, on which its rules depend; legal lists are data, in catalogue.py."""

from models.vocabulary import N_, Vocabulary


class Kind(Vocabulary):
    """In what capacity the establishment acts; it decides which of the two registers of article 30 holds the record."""

    CONTROLLER = "controller", N_("Responsable de traitement")
    JOINT = "joint", N_("Responsable conjoint")
    PROCESSOR = "processor", N_("Sous-traitant")


class Status(Vocabulary):
    PREQUALIFIED = "prequalified", N_("Pré-qualifiée"), N_("Recensée : nom, finalité, service, sensibilité.")
    DRAFT = "draft", N_("Brouillon"), N_("En cours de rédaction ou de révision.")
    QUALIFIED = "qualified", N_("Qualifiée"), N_("Complète, en attente de validation par le DPO.")
    VALIDATED = "validated", N_("Validée"), N_("Validée par le DPO et inchangée depuis.")
    ARCHIVED = "archived", N_("Archivée"), N_("Le traitement a cessé.")


class ActorRole(Vocabulary):
    """The people and bodies that article 30 wants named on a record, when they differ from the establishment's own."""

    CONTROLLER = "controller", N_("Responsable du traitement")
    DPO = "dpo", N_("Délégué à la protection des données")
    DPO_COMPANY = "dpo_company", N_("Société du DPO")
    REPRESENTATIVE = "representative", N_("Représentant")
    JOINT_CONTROLLER = "joint_controller", N_("Responsable conjoint")
    SERVED_CONTROLLER = "served_controller", N_("Responsable pour le compte duquel nous agissons")


class Source(Vocabulary):
    DIRECT = "direct", N_("Auprès de la personne")
    INDIRECT = "indirect", N_("Par un tiers")
    BOTH = "both", N_("Auprès de la personne et par un tiers")


class Stage(Vocabulary):
    ACTIVE = "active", N_("Base active")
    INTERMEDIATE = "intermediate", N_("Archivage intermédiaire")
    FINAL = "final", N_("Sort final")


class Unit(Vocabulary):
    DAYS = "days", N_("jours")
    MONTHS = "months", N_("mois")
    YEARS = "years", N_("ans")
    RELATION = "relation", N_("durée de la relation")
    LOCAL_PROCEDURE = "local_procedure", N_("selon une procédure interne")
    PROCEEDINGS = "proceedings", N_("jusqu’au terme de la procédure et des recours")
    STATUTE = "statute", N_("selon le texte statutaire")


COUNTED_UNITS = frozenset({Unit.DAYS, Unit.MONTHS, Unit.YEARS})


class Confidence(Vocabulary):
    """How well a value taken from the catalogue is founded; what the hospital states itself needs no mark."""

    STATED = "stated", N_("Établi par l’établissement")
    VERIFIED = "verified", N_("Lu dans un texte officiel")
    SECONDARY = "secondary", N_("Source secondaire, à vérifier")
    OWN_KNOWLEDGE = "own_knowledge", N_("Usage courant, à vérifier")


ART9 = frozenset({"health", "genetic", "biometric", "sex_life", "ethnic_origin", "beliefs", "political", "union"})
"""The data categories (codes of the reference list) that article 9(1) GDPR names."""

DOUBTFUL = frozenset({Confidence.SECONDARY, Confidence.OWN_KNOWLEDGE})


class RecipientKind(Vocabulary):
    INTERNAL = "internal", N_("Interne")
    EXTERNAL = "external", N_("Externe")
    PROCESSOR = "processor", N_("Sous-traitant")


class DpiaNeed(Vocabulary):
    REQUIRED = "required", N_("AIPD requise")
    RECOMMENDED = "recommended", N_("AIPD à décider")
    NOT_REQUIRED = "not_required", N_("AIPD a priori non requise")


class DpiaProgress(Vocabulary):
    NONE = "none", N_("Aucune AIPD")
    TO_DO = "to_do", N_("À faire")
    IN_PROGRESS = "in_progress", N_("En cours")
    DONE = "done", N_("Réalisée")
    NOT_APPLICABLE = "not_applicable", N_("Sans objet")


class ContractState(Vocabulary):
    UNKNOWN = "unknown", N_("À vérifier")
    NONE = "none", N_("Pas de contrat écrit")
    IN_NEGOTIATION = "in_negotiation", N_("En négociation")
    SIGNED = "signed", N_("Signé")
    ENDED = "ended", N_("Terminé")
