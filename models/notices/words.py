"""The vocabularies of the information of patients (codes of the catalogue where it has them)."""

from models.vocabulary import N_, Vocabulary


class Audience(Vocabulary):
    """For whom a notice is written."""

    ADULT = "adult", N_("Adultes"), N_("Version de référence : phrases courtes, sans code ni article de loi.")
    MINOR = "minor", N_("Enfants et adolescents"), N_("À partir de 10 ans environ ; les parents reçoivent l’autre.")
    EASY = "easy", N_("Facile à lire"), N_("Une idée par phrase, une phrase par ligne, grands caractères.")


class NoticeStatus(Vocabulary):
    DRAFT = "draft", N_("En préparation"), N_("Rien n’est encore publié.")
    PUBLISHED = "published", N_("Publiée"), N_("Une version est en vigueur et se lit sans compte.")
    RETIRED = "retired", N_("Retirée"), N_("Elle n’est plus servie ; ses versions restent consultables ici.")


class Support(Vocabulary):
    """What is made of a notice."""

    POSTER = "affiche", N_("Affiche")
    NOTE = "note", N_("Note d’information")
    BOOKLET = "livret", N_("Pages de livret d’accueil")
    WEB = "page", N_("Page internet")


class ToolKind(Vocabulary):
    BOOKLET = "booklet", N_("Livret d’accueil")
    POSTER = "poster", N_("Affiche")
    NOTE = "note", N_("Note dédiée")
    LETTER = "letter", N_("Lettre de convocation ou de consultation")
    WEBSITE = "website", N_("Site internet")
    SCREEN = "screen", N_("Écran d’accueil ou de salle d’attente")
    VIDEO = "video", N_("Vidéo, dont langue des signes")
    ORAL = "oral", N_("Information de vive voix")
    PORTAL = "portal", N_("Portail patient")
    CONSENT_FORM = "consent_form", N_("Formulaire d’accord")


class ToolState(Vocabulary):
    DRAFT = "draft", N_("En préparation")
    IN_USE = "in_use", N_("En usage")
    WITHDRAWN = "withdrawn", N_("Retiré")


class Language(Vocabulary):
    FRENCH = "fr", N_("Français")
    ENGLISH = "en", N_("Anglais")
    SPANISH = "es", N_("Espagnol")
    PORTUGUESE = "pt", N_("Portugais")
    ARABIC = "ar", N_("Arabe")
    TURKISH = "tr", N_("Turc")
    UKRAINIAN = "uk", N_("Ukrainien")
    SIGNS = "lsf", N_("Langue des signes française")
    OTHER = "other", N_("Autre langue")


class Moment(Vocabulary):
    """When a patient meets a tool (steps of the model procedure)."""

    BEFORE = "before_visit", N_("Avant la venue")
    ARRIVAL = "arrival", N_("À l’arrivée")
    OUTPATIENT = "outpatient", N_("En consultation ou examen")
    EMERGENCY = "emergency", N_("Aux urgences")
    WARD = "ward", N_("Pendant le séjour")
    REMOTE = "remote_care", N_("Soins à distance et à domicile")
    DISCHARGE = "discharge", N_("À la sortie")


class PatientGroup(Vocabulary):
    """Whom a procedure or a campaign is about (special situations of the model procedure)."""

    ALL = "all", N_("Tous les patients")
    MINORS = "minor", N_("Enfants et adolescents")
    PROTECTED = "protected_adult", N_("Adultes protégés")
    UNABLE = "unable_to_understand", N_("Personnes hors d’état de comprendre")
    LANGUAGE = "language", N_("Personnes qui ne lisent pas le français")
    DISABILITY = "disability", N_("Personnes en situation de handicap")
    INVOLUNTARY = "involuntary_care", N_("Soins psychiatriques sans consentement")
    RELATIVES = "relatives", N_("Proches et personnes de confiance")


class ProcedureStatus(Vocabulary):
    DRAFT = "draft", N_("En préparation")
    VALIDATED = "validated", N_("Validée")
    ENDED = "ended", N_("Close")


class CampaignState(Vocabulary):
    """Where a campaign stands on a day: worked out, never stored."""

    COMING = "coming", N_("À venir")
    RUNNING = "running", N_("En cours")
    TO_CLOSE = "to_close", N_("Bilan à faire")
    CLOSED = "closed", N_("Close")


class CheckMethod(Vocabulary):
    """How one makes sure that patients receive the information; each counts « so many of so many »."""

    INTERVIEWS = "interviews", N_("Entretiens avec des patients"), N_("Patients informés / patients interrogés")
    HANDOVER = "handover_rate", N_("Remise à l’admission"), N_("Remises tracées / admissions")
    DISPLAY = "display_tour", N_("Tournée d’affichage"), N_("Emplacements conformes / emplacements prévus")
