"""The vocabularies of the charters."""

from models.vocabulary import N_, Vocabulary


class CharterKind(Vocabulary):
    USE = "use", N_("Charte d’accès et d’usage")
    ADMINISTRATORS = "administrators", N_("Charte des administrateurs")
    THIRD_PARTIES = "third_parties", N_("Charte des prestataires et fournisseurs")
    TELEWORK = "telework", N_("Charte du télétravail")
    OTHER = "other", N_("Autre charte")


class CharterStatus(Vocabulary):
    DRAFT = "draft", N_("En préparation"), N_("Aucune version n’est encore publiée.")
    PUBLISHED = "published", N_("Publiée"), N_("Une version est publiée.")
    REPLACED = "replaced", N_("Remplacée"), N_("Une autre charte la remplace ; ses versions restent consultables.")
    ARCHIVED = "archived", N_("Archivée"), N_("Elle ne s’applique plus ; ses versions restent consultables.")


CLOSED = frozenset({CharterStatus.REPLACED, CharterStatus.ARCHIVED})


class Population(Vocabulary):
    """Whom a text concerns. Where it is also a kind of person, the value is the same as in the directory."""

    STAFF = "staff", N_("Personnel médical et non médical en poste")
    NEWCOMERS = "newcomer", N_("Nouveaux arrivants")
    MANAGERS = "manager", N_("Encadrants et responsables de service")
    LIBERAL = "liberal", N_("Praticiens libéraux intervenant dans l’établissement")
    STUDENTS = "student", N_("Étudiants, internes et stagiaires")
    TEMPORARY = "temporary", N_("Intérimaires, vacataires et remplaçants")
    VOLUNTEERS = "volunteer", N_("Bénévoles et intervenants associatifs")
    CONTRACTORS = "contractor", N_("Prestataires et leurs intervenants")
    SUPPLIERS = "supplier", N_("Fournisseurs, éditeurs et intervenants de télémaintenance")
    ADMINISTRATORS = "administrator", N_("Administrateurs et titulaires de comptes à privilèges")
    REMOTE_WORKERS = "remote_worker", N_("Personnes en télétravail ou en mobilité")
    REPRESENTATIVES = "representative", N_("Représentants du personnel et instances")
    PARTNERS = "partner", N_("Professionnels d’établissements partenaires (dont GHT) disposant d’un accès")


class LegalStatus(Vocabulary):
    PUBLIC = "public", N_("Établissement public de santé")
    PRIVATE = "private", N_("Établissement de santé privé, à but lucratif ou non lucratif")


class SectionKind(Vocabulary):
    PREAMBLE = "preamble", N_("Préambule")
    ARTICLE = "article", N_("Article")
    ANNEX = "annex", N_("Annexe")
    SHORT = "short", N_("Version courte")
    EASY = "easy", N_("Version en phrases simples")


WHOLE_TEXT = (SectionKind.PREAMBLE, SectionKind.ARTICLE, SectionKind.ANNEX)
"""What binds; the short and the easy versions only help to remember it."""


class Channel(Vocabulary):
    """By which way a person acknowledges a charter: one sentence of acknowledgement each."""

    SIGNED_IN = "signed_in", N_("Compte personnel authentifié")
    LINK = "link", N_("Lien personnel à usage unique envoyé à une adresse connue")
    KIOSK = "kiosk", N_("Borne ou poste d’accueil tenu par un agent")
    PAPER = "paper", N_("Formulaire papier signé")
    ON_BEHALF = "on_behalf", N_("Saisie assistée avec témoin")
    REFUSAL = "refusal", N_("Refus")


class MediaType(Vocabulary):
    """In what the exact bytes of a version are written."""

    HTML = "text/html", N_("Texte écrit dans l’application")
    PDF = "application/pdf", N_("Document PDF déposé")


class Frequency(Vocabulary):
    MONTHLY = "monthly", N_("Tous les mois")
    QUARTERLY = "quarterly", N_("Tous les trois mois")
    TWICE_YEARLY = "twice_yearly", N_("Deux fois par an")
    YEARLY = "yearly", N_("Tous les ans")


MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.TWICE_YEARLY: 6, Frequency.YEARLY: 12}


class Finding(Vocabulary):
    """What a check of application found."""

    APPLIED = "applied", N_("Règle appliquée")
    PARTLY = "partly", N_("Appliquée en partie")
    NOT_APPLIED = "not_applied", N_("Non appliquée")
    NOT_CHECKABLE = "not_checkable", N_("Vérification impossible")
