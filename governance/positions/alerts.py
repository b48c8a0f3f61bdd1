"""What a nomination still asks for: the steps from decision to designation, and what the models warn of."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from exports.positions.letters import known_fact, offered, values, waited
from models.base import today
from models.establishments import Establishment
from models.positions.conflict import ConflictReview, Situation, warnings
from models.positions.nomination import Nomination
from models.positions.words import SECURITY, JobKind, Scope
from models.vocabulary import N_
from seed.positions import grid_of, model, warning_of


@dataclass(frozen=True)
class Step:
    """One step of a nomination: its sentence, whether it is done, and where it is done."""

    sentence: str
    holds: bool
    url: str
    severity: str = "required"


@dataclass(frozen=True)
class Alert:
    """What is to be seen to: how serious it is ("alert", "warn"), what it is, and more words about it."""

    tone: str
    title: str
    text: str = ""


def steps(nomination: Nomination, today: dt.date) -> list[Step]:
    """The steps of a nomination in their order, done or not."""
    return list(_steps(nomination, today))


def _steps(one: Nomination, today: dt.date) -> Iterator[Step]:
    edit = url_for("positions.edit_nomination", identity=one.id)
    sign = url_for("positions.start_signature", identity=one.id)
    yield Step(_("Fiche de poste validée, rattachée"), one.description_id is not None, edit)
    if grid_of(one.kind):
        examine = url_for("positions.start_examination", identity=one.id)
        yield Step(_("Conflits d’intérêts examinés depuis moins d’un an"), not one.review_is_due(today), examine)
    if one.kind in SECURITY:
        settled = one.independent_from_it is True or bool(one.independence_reason)
        yield Step(_("Indépendance vis-à-vis de la DSI établie ou justifiée"), settled, edit)
    yield Step(_("Décision signée"), one.decided_on is not None, sign)
    yield Step(_("Lettre de mission signée"), one.letter_signed_on is not None, sign)
    if one.kind is JobKind.DPO:
        designate = url_for("positions.start_designation", identity=one.id)
        yield Step(_("Désignation à la CNIL enregistrée"), one.cnil_number is not None, designate)
    yield Step(_("Contacts publiés"), bool(one.published_at), edit, "recommended")
    yield Step(_("Suppléant nommé"), one.deputy_id is not None, edit, "recommended")


def signs(nomination: Nomination, today: dt.date) -> list[tuple[str, str]]:
    """(tone, words) for the list: what shows without asking the database more."""
    found = []
    if nomination.ends_soon(today):
        found.append(("warn", _("Terme proche")))
    if nomination.awaits_cnil(today):
        found.append(("alert", _("CNIL à désigner")))
    if nomination.is_in_office(today) and grid_of(nomination.kind) and nomination.review_is_due(today):
        found.append(("warn", _("Conflits à examiner")))
    return found


def of(nomination: Nomination, siblings: Sequence[Nomination], situation: Situation, today: dt.date) -> list[Alert]:
    """What a nomination is to be warned of, the most serious first."""
    found = [*_of_conflict(nomination, situation), *_of_time(nomination, today), *_of_sharing(nomination, siblings)]
    return sorted(found, key=lambda one: one.tone != "alert")


def _of_conflict(nomination: Nomination, situation: Situation) -> Iterator[Alert]:
    for code in warnings(nomination, situation):
        told = warning_of(code)
        answered = code == "rssi_not_independent" and nomination.independence_reason
        tone = "alert" if told["severity"] == "major" and not answered else "warn"
        yield Alert(tone, _(told["trigger"]), _(told["text"]))


def _of_time(nomination: Nomination, today: dt.date) -> Iterator[Alert]:
    if nomination.ends_soon(today):
        yield Alert("warn", _("La mission arrive à son terme"), _("Reconduisez-la ou préparez la succession."))
    if nomination.awaits_cnil(today):
        yield Alert(
            "alert",
            _("Le récépissé de la CNIL manque"),
            _("Trente jours après la prise de fonction, la désignation devrait être enregistrée (RGPD, art. 37(7))."),
        )
    if nomination.is_in_office(today) and nomination.person.has_left(today):
        yield Alert(
            "alert", _("Le titulaire a quitté l’établissement"), _("Mettez fin à sa mission et nommez quelqu’un.")
        )


def _of_sharing(nomination: Nomination, siblings: Sequence[Nomination]) -> Iterator[Alert]:
    """A shared post whose description covers an establishment that has not nominated yet (position models, NM-05)."""
    described = nomination.description
    if described is None or described.scope is not Scope.LISTED:
        return
    named = {nomination.establishment_id, *(one.establishment_id for one in siblings)}
    lacking = [place.name for place in described.covered if place.id not in named]
    if lacking:
        yield Alert(
            "warn",
            _("Fonction mutualisée : il manque une nomination"),
            _("La fiche de poste couvre aussi : %(places)s.", places=", ".join(lacking)),
        )


def left_blank(
    nomination: Nomination, places: Sequence[Establishment], on: dt.date, successor: str | None
) -> list[str]:
    """What the papers to sign would leave to complete by hand, in words."""
    papers, labels = model()["documents"], {row["code"]: row["label"] for row in model()["placeholders"]}
    made = (waited(papers[code], nomination, places, on, successor) for code, _title in documents(nomination))
    names = (name for found in made for name in found)
    return [labels.get(name, name) for name in dict.fromkeys(names)]


def known_for_cnil(nomination: Nomination) -> dict[str, str]:
    """What the house knows already of what the designation asks for, by code of the list to gather."""
    known = values(nomination, [nomination.establishment], today())
    sections = model()["documents"]["cnil_designation_information"]["sections"]
    return {one["code"]: known_fact(one["code"], known) for section in sections for one in section["items"]}


@dataclass(frozen=True)
class Examined:
    """An examination as its page tells it: the other functions held, the answers that are a risk, the measures."""

    review: ConflictReview
    functions: list[str]
    risks: list[str]
    measures: list[str]


def examined(nomination: Nomination) -> list[Examined]:
    """The examinations of a nomination, the latest first, in the words of the models."""
    grid = grid_of(nomination.kind) or {"functions": [], "questions": []}
    return [_examined(one, grid) for one in nomination.reviews]


def _examined(review: ConflictReview, grid: Mapping[str, Any]) -> Examined:
    held, taken = review.functions or [], review.mitigations or []
    return Examined(
        review,
        [one["label"] for one in grid["functions"] if one["code"] in held],
        [
            f"{one['question']} {_('oui') if one['risk_answer'] == 'yes' else _('non')}"
            for one in grid["questions"]
            if review.answers.get(one["code"]) == one["risk_answer"]
        ],
        [one["text"] for one in model()["conflict_of_interest"]["mitigations"] if one["code"] in taken],
    )


def documents(nomination: Nomination) -> list[tuple[str, str]]:
    """(code, title) of the papers that can be made for a nomination."""
    return [(code, N_(title)) for code, title in offered(model()["documents"], nomination)]
