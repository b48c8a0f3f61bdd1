"""The parts of a job description, in reading order: which form edits each, and what it shows."""

from dataclasses import dataclass

from governance.positions import forms
from models.positions.words import LineKind
from models.vocabulary import N_


@dataclass(frozen=True)
class Section:
    """A part that is read and edited together. `slug`: its web address; `sources`: the part of the model it follows."""

    slug: str
    title: str
    help: str
    form: type[forms.SectionForm]
    fields: tuple[str, ...] = ()
    lists: tuple[LineKind, ...] = ()
    sources: str = ""


SECTIONS = (
    Section(
        "poste",
        N_("Le poste"),
        N_("Ce qu’il est, qui l’emploie, qui il couvre."),
        forms.PostForm,
        ("purpose", "legal_note"),
        sources="legal",
    ),
    Section(
        "missions",
        N_("Missions"),
        N_("Pour un DPO, les cinq missions de l’article 39(1) du RGPD doivent y être."),
        forms.MissionsForm,
        lists=(LineKind.MISSION,),
    ),
    Section(
        "activites", N_("Activités"), N_("Ce qui se fait, et à quel rythme."), forms.ActivitiesForm,
        lists=(LineKind.ACTIVITY,),
    ),
    Section(
        "relations", N_("Relations"), N_("Avec qui le titulaire travaille."), forms.RelationsForm,
        lists=(LineKind.RELATION,),
    ),
    Section(
        "independance",
        N_("Rattachement et indépendance"),
        N_("Où se place le poste, et ce qui garantit son indépendance."),
        forms.LinksForm,
        (
            "reports_to", "hierarchical_link", "functional_link", "independence_clause", "functions_held",
            "conflict_note",
        ),
        sources="links",
    ),
    Section(
        "profil", N_("Profil"), N_("Diplôme, expérience, statut."), forms.ProfileForm,
        ("diploma", "experience", "assets", "grade_note"), sources="profile",
    ),
    Section(
        "competences",
        N_("Compétences"),
        N_("Connaissances, savoir-faire et savoir-être, avec le niveau attendu."),
        forms.SkillsForm,
        lists=(LineKind.KNOWLEDGE, LineKind.KNOW_HOW, LineKind.BEHAVIOUR),
    ),
    Section(
        "moyens",
        N_("Moyens"),
        N_("Temps, budget, formation, suppléance, outils et accès."),
        forms.MeansForm,
        ("budget_note", "deputy_note", "relays_note"),
        (LineKind.TOOL, LineKind.ACCESS, LineKind.TRAINING),
        "means",
    ),
    Section(
        "exercice",
        N_("Conditions, secret, compte rendu"),
        N_("Comment la mission s’exerce et s’en rend compte."),
        forms.DutiesForm,
        ("confidentiality",),
        (LineKind.CONDITION,),
        "constraints",
    ),
    Section(
        "evaluation", N_("Évaluation"), N_("Les indicateurs de la mission."), forms.EvaluationForm,
        ("evaluation_note",), (LineKind.INDICATOR,),
    ),
)  # fmt: skip
BY_SLUG = {section.slug: section for section in SECTIONS}


def slug_of(field: str) -> str:
    """The address of the part whose form holds a field."""
    return next(one.slug for one in SECTIONS if hasattr(one.form, field))
