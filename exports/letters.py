"""Letters to vendors: what an application lacks, in words; the text of a letter, and the letter itself as docx."""

import datetime as dt
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exports.documents import Document
from exports.texts import day, long_day
from models import wording
from models.establishments import Establishment
from models.inventory.assessment import Assessment, AssessmentAnswer
from models.inventory.criteria import Criterion, LetterModel
from models.inventory.vendor import Vendor
from models.inventory.words import Answer
from models.vocabulary import N_

TO_FILL = N_("[à compléter]")
NOTHING = N_("Aucun point.")


@dataclass(frozen=True)
class Point:
    """One criterion that is not met, as the vendor reads it."""

    criterion: Criterion
    found: str


def lacking(assessment: Assessment | None, criteria: Mapping[str, Criterion], line: Mapping[str, Any]) -> list[Point]:
    """What the application lacks for the letter: core criteria first, then by weight. `line`: the catalogue's rule."""
    if assessment is None:
        return []
    kept = [
        Point(criteria[answer.criterion], _found(answer))
        for answer in assessment.answers
        if answer.answer.value in line["include_if_answers"]
        and answer.criterion in criteria
        and answer.criterion not in line["exclude_criteria"]
    ]
    return sorted(kept, key=lambda one: (not one.criterion.is_core, -one.criterion.weight, one.criterion.position))


def _found(answer: AssessmentAnswer) -> str:
    return f"{answer.answer.label} ({answer.value})" if answer.value else answer.answer.label


def reached(assessment: Assessment | None, criteria: Mapping[str, Criterion]) -> list[Criterion]:
    """The criteria that the application meets."""
    known = assessment.answers if assessment else []
    return [criteria[one.criterion] for one in known if one.answer is Answer.COMPLIANT and one.criterion in criteria]


def listed(points: Iterable[Point], line: Mapping[str, Any]) -> str:
    """The points as the catalogue's line says each."""
    return "\n".join(_line(point, line) for point in points) or NOTHING


def _line(point: Point, line: Mapping[str, Any]) -> str:
    one = point.criterion
    values = {
        "critere_id": one.code,
        "critere_titre": one.title,
        "marque_principal": line["core_mark"] if one.is_core else "",
        "critere_constat": point.found,
        "critere_attendu": one.compliant,
        "critere_preuve": one.proof,
    }
    return "\n".join(row.rstrip() for row in filled(line["template"], values).split("\n"))


def filled(text: str, values: Mapping[str, str | None]) -> str:
    """`text` with each {place} replaced; what is not known is left to complete. No value is read as a place again."""
    return wording.filled(text, values, TO_FILL)


def in_sentence(text: str | None) -> str | None:
    """A text of several lines as the middle of a sentence takes it: « cloisonnement du réseau ; journal relu »."""
    lines = [line.strip(" \t-–•.;") for line in (text or "").splitlines()]
    return " ; ".join(filter(None, lines)) or None


def letter(
    subject: str,
    body: str,
    *,
    establishment: Establishment,
    vendor: Vendor | None,
    on: dt.date,
    points: Iterable[Point] = (),
    form: Mapping[str, Any] | None = None,
) -> bytes:
    """The letter as docx: who writes to whom, subject, text, and the reply form when the letter asks for it."""
    at = dt.datetime.combine(on, dt.time(), dt.UTC)
    running = textwrap.shorten(subject, 60, placeholder="…")
    page = Document(subject, establishment.name, running, N_("Courrier à l’éditeur"), at)
    page.paragraph(establishment.name, "Cover line")
    place = [establishment.address, " ".join(filter(None, (establishment.postcode, establishment.city)))]
    page.paragraph("\n".join(filter(None, place)), "Lead")
    if vendor:
        page.paragraph("\n".join(filter(None, (vendor.name, vendor.address))))
    page.paragraph(N_("{city}, le {day}").format(city=establishment.city or "", day=long_day(on)).lstrip(", "), "Lead")
    page.paragraph(N_("Objet : ") + subject, "Heading 3")
    for paragraph in body.split("\n\n"):
        page.paragraph(paragraph)
    if form:
        _reply_form(page, list(points), form)
    return page.content()


def _reply_form(page: Document, points: list[Point], form: Mapping[str, Any]) -> None:
    page.page_break()
    page.heading(form["title"], 1)
    for instruction in form["instructions"]:
        page.paragraph(f"– {instruction}")
    choices = " ; ".join(choice["label"] for choice in form["answer_choices"])
    page.paragraph(N_("Réponses possibles : ") + choices + ".", "Lead")
    heads = (N_("Critère"), N_("Ce que nous demandons"), N_("Preuve à joindre"), N_("Réponse, version, date, coût"))
    rows = [
        ((f"{one.criterion.code} {one.criterion.title}", one.criterion.question, one.criterion.proof, ""), "")
        for one in points
    ]
    page.table(heads, (5, 7, 5, 6), rows)
    page.paragraph(form["closing_statement"])


def values_of(
    model: LetterModel, assessment: Assessment | None, points: list[Point], known: Mapping[str, str | None]
) -> dict[str, str | None]:
    """What fills the letter: the lists made of the assessment, and what the application's record knows."""
    return {
        "date_evaluation": day(assessment.assessed_on) if assessment else None,
        "liste_criteres_manquants": listed(points, model.facts["line"]),
        "liste_complements": listed(points, model.facts["line"]) if points else None,
        "rythme_suivi": N_("chaque mois"),
        **known,
    }
