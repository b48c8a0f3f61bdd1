"""The inventory's vocabularies, on which its rules depend."""

from models.vocabulary import N_, Vocabulary


class Status(Vocabulary):
    PROJECT = "project", N_("En projet")
    PRODUCTION = "production", N_("En production")
    RETIRED = "retired", N_("Retirée")


class Domain(Vocabulary):
    """What an application serves; HOP'EN P1 asks about the first three."""

    CARE = "care", N_("Soins")
    ADMISSIONS = "admissions", N_("Gestion administrative des patients")
    CODING = "coding", N_("Information médicale (PMSI)")
    SUPPORT = "support", N_("Fonctions support")
    INFRASTRUCTURE = "infrastructure", N_("Technique et infrastructure")


PATIENT_DOMAINS = (Domain.CARE, Domain.ADMISSIONS, Domain.CODING)


class Hosting(Vocabulary):
    ON_SITE = "on_site", N_("Dans l’établissement")
    GROUP = "group", N_("Dans un autre établissement du groupement")
    HDS = "hds", N_("Chez un hébergeur certifié HDS")
    SAAS = "saas", N_("Service en ligne de l’éditeur (SaaS)")
    OTHER = "other", N_("Autre hébergement, non certifié HDS")


class Criticality(Vocabulary):
    VITAL = "vital", N_("Vitale"), N_("Sans elle, des soins s’arrêtent.")
    HIGH = "high", N_("Forte"), N_("Sans elle, les soins continuent en mode dégradé.")
    MEDIUM = "medium", N_("Moyenne")
    LOW = "low", N_("Faible")


CRITICAL = (Criticality.VITAL, Criticality.HIGH)


class IdentitySource(Vocabulary):
    LOCAL = "local", N_("Comptes propres à l’application")
    DIRECTORY = "directory", N_("Annuaire de l’établissement")
    SINGLE_SIGN_ON = "single_sign_on", N_("Authentification unique (SSO)")
    PRO_SANTE_CONNECT = "pro_sante_connect", N_("Pro Santé Connect")
    CARD = "card", N_("Carte CPS")
    NONE = "none", N_("Aucune authentification")


class RemoteAccess(Vocabulary):
    NONE = "none", N_("Aucun")
    STAFF = "staff", N_("Agents à distance")
    VENDOR = "vendor", N_("Télémaintenance de l’éditeur")
    BOTH = "both", N_("Agents et éditeur")
    INTERNET = "internet", N_("Ouverte sur internet")


class Link(Vocabulary):
    """Whether an application uses a repository, or feeds the shared medical record."""

    CONNECTED = "connected", N_("Raccordée")
    PLANNED = "planned", N_("Raccordement prévu")
    MISSING = "missing", N_("Non raccordée")
    NOT_CONCERNED = "not_concerned", N_("Non concernée")


class Procedure(Vocabulary):
    MISSING = "missing", N_("Absente")
    WRITTEN = "written", N_("Rédigée")
    SPREAD = "spread", N_("Rédigée et diffusée")


READY = (Procedure.WRITTEN, Procedure.SPREAD)


class Answer(Vocabulary):
    """What was found for one criterion."""

    COMPLIANT = "compliant", N_("Conforme")
    PARTIAL = "partial", N_("Partiel")
    NON_COMPLIANT = "non_compliant", N_("Non conforme")
    NOT_APPLICABLE = "not_applicable", N_("Sans objet")
    UNKNOWN = "unknown", N_("À renseigner")


SCORES = {Answer.COMPLIANT: 2, Answer.PARTIAL: 1, Answer.NON_COMPLIANT: 0}
"""Points of an answer; the other answers give none and do not count (domain note, 9.5)."""

LACKING = (Answer.NON_COMPLIANT, Answer.PARTIAL, Answer.UNKNOWN)


class Theme(Vocabulary):
    IDENTIFICATION = "identification", N_("Identification")
    PASSWORDS = "mot_de_passe", N_("Mots de passe")
    STRONG_FACTORS = "facteurs_forts", N_("Facteurs et moyens forts")
    SESSION = "session", N_("Session et inactivité")
    ENTITLEMENTS = "habilitations", N_("Habilitations")
    TRACES = "tracabilite", N_("Traçabilité")
    VENDOR = "editeur", N_("Éditeur et technique")


class PasswordCase(Vocabulary):
    """The three cases of CNIL's deliberation 2022-100, and the application that asks for no password."""

    ALONE = "alone", N_("Mot de passe seul")
    RESTRICTED = "restricted", N_("Mot de passe et accès restreint (blocage ou temporisation)")
    DEVICE = "device", N_("Code d’un matériel détenu, bloqué après 3 essais au plus")
    NONE = "none", N_("Aucun mot de passe (carte, SSO délégué)")


class Renewal(Vocabulary):
    """The rule of renewal found: HOP'EN wants that it exists, the CNIL that nobody is forced to it periodically."""

    ON_DEMAND = "on_demand", N_("Par l’utilisateur, imposable, sans période fixe")
    PERIODIC = "periodic", N_("Par l’utilisateur, imposable, et imposé périodiquement")
    BY_ADMINISTRATOR = "by_administrator", N_("Par un administrateur seulement")
    NONE = "none", N_("Impossible")


class Place(Vocabulary):
    """Where the application is used: it decides how long an idle session may stay open."""

    SHARED = "shared", N_("Zone partagée (couloir de soins, borne)")
    OFFICE = "office", N_("Bureau")


class Channel(Vocabulary):
    LETTER = "letter", N_("Courrier")
    EMAIL = "email", N_("Courriel")
    TICKET = "vendor_ticket", N_("Ticket chez l’éditeur")
    PHONE = "phone", N_("Téléphone")
    MEETING = "meeting", N_("Réunion")


class ContactState(Vocabulary):
    """Where the exchange with the vendor stands; derived from the contact log."""

    TO_CONTACT = "to_contact", N_("À contacter")
    CONTACTED = "contacted", N_("Contacté")
    REMINDED = "reminded", N_("Relancé")
    NO_REPLY = "no_reply", N_("Sans réponse")
    REPLY_RECEIVED = "reply_received", N_("Réponse reçue")


class Choice(Vocabulary):
    KEEP = "keep", N_("Conserver en l’état")
    EVOLVE = "evolve", N_("Faire évoluer")
    REPLACE = "replace", N_("Remplacer")
    CONTAIN = "contain", N_("Encadrer par des mesures compensatoires")
    RETIRE = "decommission", N_("Retirer")
