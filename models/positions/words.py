"""The vocabularies of the positions."""

from models.vocabulary import N_, Vocabulary


class JobKind(Vocabulary):
    DPO = "dpo", N_("DPO"), N_("Délégué à la protection des données (RGPD, art. 37 à 39)")
    RSSI = "rssi", N_("RSSI"), N_("Responsable de la sécurité des systèmes d’information")
    REFERENT = "referent", N_("Référent local de sécurité"), N_("Relais du RSSI dans un établissement")
    OTHER = "other", N_("Autre fonction")


SECURITY = (JobKind.RSSI, JobKind.REFERENT)
"""The kinds that must not depend on the IT department (HOP’EN P2.4)."""

SINGLE = (JobKind.DPO, JobKind.RSSI, JobKind.REFERENT)
"""The posts of which an establishment has one holder at a time; another function is told apart by its title."""


class Scope(Vocabulary):
    OWN = "own", N_("L’établissement seul")
    GROUP = "hospital_group", N_("Tout le groupement hospitalier (GHT)")
    LISTED = "shared_list", N_("Plusieurs établissements, nommés")


class Employment(Vocabulary):
    INTERNAL = "internal", N_("Interne")
    EXTERNAL = "external", N_("Externe, par contrat de service")
    SHARED = "shared", N_("Mutualisé entre établissements")


class DescriptionStatus(Vocabulary):
    DRAFT = "draft", N_("En préparation"), N_("Le texte change encore.")
    VALIDATED = "validated", N_("Validée"), N_("La dernière version est figée, et rien n’a changé depuis.")
    ARCHIVED = "archived", N_("Archivée"), N_("Elle ne sert plus ; ses versions restent consultables.")


class LineKind(Vocabulary):
    """What a line of a description is; those of one kind make one list of the document."""

    MISSION = "mission", N_("Missions")
    ACTIVITY = "activity", N_("Activités")
    RELATION = "relation", N_("Relations principales")
    KNOWLEDGE = "knowledge", N_("Connaissances")
    KNOW_HOW = "know_how", N_("Savoir-faire")
    BEHAVIOUR = "behaviour", N_("Savoir-être")
    TOOL = "tool", N_("Outils")
    ACCESS = "access", N_("Accès")
    TRAINING = "training", N_("Formation")
    CONDITION = "condition", N_("Conditions d’exercice")
    INDICATOR = "indicator", N_("Indicateurs d’évaluation")


SKILLS = (LineKind.KNOWLEDGE, LineKind.KNOW_HOW, LineKind.BEHAVIOUR)


class Task(Vocabulary):
    """The five tasks of a DPO, by their letter in article 39(1) of the GDPR."""

    A = "a", N_("a) Informer et conseiller")
    B = "b", N_("b) Contrôler le respect des règles")
    C = "c", N_("c) Conseiller les analyses d’impact")
    D = "d", N_("d) Coopérer avec la CNIL")
    E = "e", N_("e) Être le point de contact de la CNIL")


class Frequency(Vocabulary):
    CONTINUOUS = "continuous", N_("En continu")
    WEEKLY = "weekly", N_("Chaque semaine")
    MONTHLY = "monthly", N_("Chaque mois")
    EVERY_TWO_MONTHS = "every_two_months", N_("Tous les deux mois")
    QUARTERLY = "quarterly", N_("Chaque trimestre")
    HALF_YEARLY = "half_yearly", N_("Chaque semestre")
    YEARLY = "yearly", N_("Chaque année")
    EVERY_THREE_YEARS = "every_three_years", N_("Tous les trois ans")
    ON_EVENT = "on_event", N_("À chaque événement")


class RelationKind(Vocabulary):
    INTERNAL = "internal", N_("Interne")
    EXTERNAL = "external", N_("Externe")
    AUTHORITY = "authority", N_("Autorité ou organisme public")


class Level(Vocabulary):
    BASIC = "1", N_("Notions")
    WORKING = "2", N_("Application")
    PROFICIENT = "3", N_("Maîtrise")
    EXPERT = "4", N_("Expertise")


class Outcome(Vocabulary):
    """What an examination of conflicts of interest comes to."""

    NONE = "none", N_("Aucun conflit identifié")
    MANAGED = "managed", N_("Risque maîtrisé")
    CONFLICT = "conflict", N_("Conflit à lever")


class Way(Vocabulary):
    """A way to fill a post (HOP’EN P2.4-O2 and P3.6-O1)."""

    INTERNAL = "internal", N_("Désignation en interne")
    RECRUITMENT = "recruitment", N_("Recrutement")
    SERVICE_CONTRACT = "service_contract", N_("Contrat de service")
    SHARED = "shared", N_("Fonction partagée entre établissements")


class FillingState(Vocabulary):
    OPEN = "open", N_("En cours")
    DECIDED = "decided", N_("Décidé")
    DROPPED = "dropped", N_("Abandonné")


class CandidateState(Vocabulary):
    RECEIVED = "received", N_("Reçue")
    SHORTLISTED = "shortlisted", N_("Présélectionnée")
    MET = "met", N_("Entretien tenu")
    CHOSEN = "chosen", N_("Retenue")
    REJECTED = "rejected", N_("Non retenue")
    WITHDRAWN = "withdrawn", N_("Retirée par la personne")
