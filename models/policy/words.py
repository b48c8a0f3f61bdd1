"""The vocabularies of the security policy."""

from models.vocabulary import N_, Vocabulary


class PolicyStatus(Vocabulary):
    DRAFT = "draft", N_("En préparation"), N_("Aucune version n’est encore publiée.")
    PUBLISHED = "published", N_("Publiée"), N_("Une version est publiée.")
    ARCHIVED = "archived", N_("Archivée"), N_("Elle ne s’applique plus ; ses versions restent consultables.")


class PartKind(Vocabulary):
    PREAMBLE = "preamble", N_("Préambule")
    CHAPTER = "chapter", N_("Chapitre")
    RULE = "rule", N_("Règle")


class RuleStatus(Vocabulary):
    """How far a rule is applied (the order is that of a life, from unknown to applied)."""

    TO_FILL = "to_fill", N_("À renseigner")
    NOT_APPLIED = "not_applied", N_("Non appliquée")
    PARTIAL = "partial", N_("Partiellement appliquée")
    APPLIED = "applied", N_("Appliquée")
    NOT_APPLICABLE = "not_applicable", N_("Sans objet"), N_("Une justification est obligatoire.")


SCORES = {RuleStatus.APPLIED: 2, RuleStatus.PARTIAL: 1, RuleStatus.NOT_APPLIED: 0}
"""What a rated rule is worth; those without object or to be filled are left out of the score, and counted apart."""


class Presence(Vocabulary):
    PERMANENT = "permanent", N_("Membre permanent")
    ON_CALL = "on_call", N_("Invité selon le sujet")


class DerogationStatus(Vocabulary):
    SUBMITTED = "submitted", N_("À décider")
    GRANTED = "granted", N_("Accordée")
    CONDITIONAL = "granted_with_conditions", N_("Accordée sous conditions")
    REFUSED = "refused", N_("Refusée")
    CLOSED = "closed", N_("Close")


IN_COURSE = (DerogationStatus.GRANTED, DerogationStatus.CONDITIONAL)


class Closure(Vocabulary):
    """Why a derogation is over."""

    RULE_APPLIED = "rule_applied", N_("La règle est de nouveau appliquée")
    RENEWED = "renewed", N_("Une nouvelle dérogation la remplace")
    EXPIRED = "expired", N_("Son terme est passé")
    WITHDRAWN = "withdrawn", N_("Retirée")


class Advice(Vocabulary):
    """What the RSSI or the DPO says of a derogation."""

    FAVOURABLE = "favourable", N_("Favorable")
    RESERVED = "reserved", N_("Réservé")
    UNFAVOURABLE = "unfavourable", N_("Défavorable")


class AuditKind(Vocabulary):
    INTERNAL = "internal", N_("Contrôle interne")
    EXTERNAL = "external", N_("Audit externe")


class AuditResult(Vocabulary):
    COMPLIANT = "compliant", N_("Conforme")
    MINOR_GAP = "minor_gap", N_("Écart mineur")
    MAJOR_GAP = "major_gap", N_("Écart majeur")
    NOT_CHECKED = "not_checked", N_("Non contrôlé")


class Gravity(Vocabulary):
    """How grave a finding is."""

    MINOR = "minor", N_("Mineur")
    MAJOR = "major", N_("Majeur")
    CRITICAL = "critical", N_("Critique")


class MeetingKind(Vocabulary):
    MANAGEMENT = "management", N_("Revue de direction (RSSI et direction)")
    WORKING_GROUP = "working_group", N_("Groupe de travail PSSI")
    COMMITTEE = "committee", N_("Comité de sécurité du SI")
