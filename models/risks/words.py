"""The vocabularies of the risk analyses, on which their rules depend."""

from models.vocabulary import N_, Vocabulary


class Axis(Vocabulary):
    """The two parts of HOP’EN P2.4-O4: the risks told by the managers, and those of each element."""

    MAJOR = "major", N_("Risques majeurs"), N_("Recueillis auprès des responsables de l’établissement.")
    INFRASTRUCTURE = (
        "infrastructure",
        N_("Infrastructure"),
        N_("Élément par élément : virus, intrusion…"),
    )


class Method(Vocabulary):
    LIGHT = "light", N_("Méthode légère en deux volets (HOP’EN P2.4)")
    EBIOS = "ebios_rm", N_("EBIOS Risk Manager (ANSSI)")
    PGSSI = "pgssi_s", N_("Analyse selon la PGSSI-S")
    OTHER = "other", N_("Autre méthode")


class Standing(Vocabulary):
    DRAFT = "draft", N_("En cours")
    VALIDATED = "validated", N_("Validée")
    REPLACED = "replaced", N_("Remplacée")


class Classification(Vocabulary):
    """What the head of each document says of who may read it."""

    RESTRICTED = "restricted", N_("Diffusion restreinte"), N_("À ne remettre qu’aux personnes qui ont à en connaître.")
    CONFIDENTIAL = "confidential", N_("Confidentiel"), N_("À ne pas recopier ni transmettre.")
    INTERNAL = "internal", N_("Usage interne")


class Treatment(Vocabulary):
    """What is decided about a risk (ISO/IEC 27005, EBIOS RM workshop 5)."""

    AVOID = "avoid", N_("Éviter")
    REDUCE = "reduce", N_("Réduire")
    SHARE = "share", N_("Partager")
    ACCEPT = "accept", N_("Accepter")


class Stage(Vocabulary):
    """Where a scenario stands: found from what it says, never typed, but for its closing."""

    IDENTIFIED = "identified", N_("Identifié")
    RATED = "rated", N_("Coté")
    PLANNED = "planned", N_("Traitement prévu")
    ACCEPTED = "accepted", N_("Risque accepté")
    CLOSED = "closed", N_("Clos")


class Phase(Vocabulary):
    """The three ratings of a scenario."""

    INHERENT = "inherent", N_("Brut"), N_("Sans aucune mesure.")
    CURRENT = "current", N_("Actuel"), N_("Avec les mesures en place.")
    RESIDUAL = "residual", N_("Résiduel"), N_("Une fois prises les mesures prévues.")
