"""The papers of a nomination, from the models of the catalogue: decision, mission letter, notes, designation, end."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exports.letters import TO_FILL, filled
from exports.paper import Paper, Part, Table, letterhead
from exports.texts import long_day
from models.establishments import Establishment
from models.positions.nomination import Nomination
from models.positions.words import SECURITY, Employment, JobKind
from models.vocabulary import N_
from models.wording import blanks_in, of

ANSWER_DAYS, HANDOVER_DAYS, REPORT_DAY = "10", "30", N_("31 mars de chaque année")
"""What the letters propose; the docx lets HR change it (position models: common practice)."""
NONE_KEPT, NO_TERM = N_("aucune"), N_("sans terme fixé")
SIGNED_BY = "…………………………"
MENTION = N_("Document préparé par Vigie, à relire avant signature")
SIGNED_KINDS = ("decision", "letter", "note")
"""The kinds of papers that are signed; the others are lists to work with."""
APART = frozenset({"header", "recipient", "signature", "title"})
"""The paragraphs that the paper sets in their own place."""


def model_code(nomination: Nomination) -> str:
    """The position model that a nomination follows, by its kind and whether it is shared."""
    if nomination.kind is JobKind.REFERENT:
        return "referent_ssi_local"
    shared = nomination.employment is Employment.SHARED
    return {JobKind.DPO: "dpo_mutualise" if shared else "dpo", JobKind.RSSI: "rssi_ght" if shared else "rssi"}.get(
        nomination.kind, ""
    )


def offered(papers: Mapping[str, Any], nomination: Nomination) -> list[tuple[str, str]]:
    """(code, title) of the `papers` of the models that a nomination may need, in the order in which they are made."""
    code = model_code(nomination)
    order = [
        "nomination_decision", "mission_letter_dpo", "mission_letter_rssi", "cnil_designation_information",
        "staff_note", "sharing_agreement_clauses", "external_dpo_contract_clauses", "end_of_mission",
    ]  # fmt: skip
    kept = [name for name in order if code in papers[name]["applies_to"] and _is_wanted(name, nomination)]
    return [(name, papers[name]["title"]) for name in kept]


def _is_wanted(name: str, nomination: Nomination) -> bool:
    if name == "external_dpo_contract_clauses":
        return nomination.employment is Employment.EXTERNAL
    return name != "end_of_mission" or nomination.ended_reason is not None


def paper(
    told: Mapping[str, Any],
    nomination: Nomination,
    places: Sequence[Establishment],
    on: dt.date,
    successor: str | None = None,
) -> Paper:
    """The paper that a document of the models makes of a nomination.

    `places`: all the establishments of a shared post, this one included; `successor`: who holds the post next.
    """
    known = values(nomination, places, on, successor)
    paragraphs = list(_paragraphs(told, nomination, known))
    home = nomination.establishment
    title = next((filled(one["text"], known) for one in told["paragraphs"] if one["code"] == "title"), told["title"])
    return Paper(
        house=home.name,
        address=letterhead(home),
        kind={"decision": N_("Décision"), "letter": N_("Lettre de mission"), "note": N_("Note")}.get(
            told["kind"], N_("Document de travail")
        ),
        title=title,
        mention="" if _is_ready(told["kind"], paragraphs) else MENTION,
        place=_place(told, nomination),
        recipient=N_("À l’attention %s") % of(nomination.person.name) if told["kind"] == "letter" else "",
        parts=(*paragraphs, *_lists(told, known)),
        signatures=tuple(_signatures(told["kind"], nomination)),
    )


def waited(
    told: Mapping[str, Any],
    nomination: Nomination,
    places: Sequence[Establishment],
    on: dt.date,
    successor: str | None = None,
) -> list[str]:
    """The names of the blanks that a paper to sign leaves to complete, in the order of its text."""
    known = values(nomination, places, on, successor)
    texts = [_truthful(one, nomination) for one in _kept(told, nomination, known)]
    titles = [one["text"] for one in told["paragraphs"] if one["code"] == "title"]
    signed = told["kind"] in SIGNED_KINDS
    return [name for name in blanks_in([*titles, *texts]) if known.get(name) is None] if signed else []


def _is_ready(kind: str, paragraphs: Sequence[Part]) -> bool:
    """Whether a paper can be signed as it stands: nothing is left to complete."""
    return kind in SIGNED_KINDS and not any(TO_FILL in line for part in paragraphs for line in part.lines)


def _place(told: Mapping[str, Any], nomination: Nomination) -> str:
    """Where and when it is signed; nothing for what is not. The day on which a mission is ended is not known here."""
    if told["kind"] not in SIGNED_KINDS:
        return ""
    ends = any(one["code"] == "successor" for one in told["paragraphs"])
    on = nomination.letter_signed_on if told["kind"] == "letter" else None if ends else nomination.decided_on
    return N_("%s, le %s") % (nomination.establishment.city or SIGNED_BY, long_day(on) if on else SIGNED_BY)


def values(
    nomination: Nomination, places: Sequence[Establishment], on: dt.date, successor: str | None = None
) -> dict[str, str | None]:
    """What fills the blanks of a paper; None where nobody said it."""
    home, ways = nomination.establishment, nomination.contacts
    names = ", ".join(place.name for place in places)
    return {
        "etablissement": home.name,
        "etablissements_concernes": names,
        "etablissement_support": home.name,
        "perimetre": names,
        "titulaire": nomination.person.name,
        "fonction": nomination.title,
        "fonctions_conservees": nomination.functions_kept or NONE_KEPT,
        "suppleant": nomination.deputy.name if nomination.deputy else None,
        "rattachement": nomination.reports_to,
        "instances": nomination.bodies,
        "quotite": _number(nomination.quotity),
        "budget": _number(nomination.budget),
        "jours_formation": _number(nomination.training_days),
        "relais": nomination.relays,
        "delai_reponse": ANSWER_DAYS,
        "delai_remise": HANDOVER_DAYS,
        "date_rapport": REPORT_DAY,
        "date_effet": long_day(nomination.starts_on),
        "date_fin": long_day(nomination.ends_on) if nomination.ends_on else None,
        "duree": _duration(nomination),
        "motif_fin": nomination.ended_reason,
        "successeur": successor,
        "reference_decision": nomination.decision_reference,
        "version_fiche": _number(nomination.description_version),
        "contact_rssi": ways[0] if ways and nomination.kind in SECURITY else None,
        "contact_dpo": _first(ways if nomination.kind is JobKind.DPO else home.dpo(on).ways),
        "contact_dpo_2": ways[1] if len(ways) > 1 else None,
        "numero_cnil": nomination.cnil_number or SIGNED_BY,
        "date_cnil": long_day(nomination.cnil_on) if nomination.cnil_on else SIGNED_BY,
        "recepisse": nomination.cnil_number,
        "representant_legal": nomination.signatory or home.legal_representative,
        "qualite_representant": nomination.signatory_quality or N_("représentant légal"),
        "siren": home.siren,
        "siege": ", ".join(letterhead(home)),
        "representant": home.legal_representative,
        "mode": nomination.employment.label,
        "prestataire": nomination.person.company,
        "intervenant_nomme": nomination.person.name,
    }


def _first(ways: Sequence[str]) -> str | None:
    return ways[0] if ways else None


def _number(value: int | None) -> str | None:
    return None if value is None else f"{value:,}".replace(",", "\u00a0")


def _duration(nomination: Nomination) -> str:
    if nomination.ends_on is None:
        return NO_TERM
    return N_("du %s au %s") % (long_day(nomination.starts_on), long_day(nomination.ends_on))


def _paragraphs(told: Mapping[str, Any], nomination: Nomination, known: Mapping[str, str | None]) -> Iterator[Part]:
    for one in _kept(told, nomination, known):
        yield Part(one["heading"], (filled(_truthful(one, nomination), known),))


def _kept(told: Mapping[str, Any], nomination: Nomination, known: Mapping[str, str | None]) -> Iterator[dict[str, Any]]:
    """The paragraphs that apply to this position; one that is optional and lacks something is left out."""
    position = model_code(nomination)
    for one in told["paragraphs"]:
        applies = position in one.get("applies_to", (position,))
        lacks = not one["mandatory"] and TO_FILL in filled(_truthful(one, nomination), known)
        if one["code"] not in APART and applies and not lacks:
            yield one


UNDER_IT = {
    "position": N_("Votre rattachement hiérarchique est le suivant : {rattachement}."),
    "article_3_rssi": N_("Le titulaire saisit directement le représentant légal de toute alerte."),
}
"""What stands instead of a paragraph that says the holder free of the IT department, when she is not."""


def _truthful(paragraph: Mapping[str, Any], nomination: Nomination) -> str:
    """The text of a paragraph; a paper never says independent whom the nomination says dependent."""
    if nomination.independent_from_it is not False or paragraph["code"] not in UNDER_IT:
        return str(paragraph["text"])
    return f"{UNDER_IT[paragraph['code']]} {nomination.independence_reason or TO_FILL}"


def _lists(told: Mapping[str, Any], known: Mapping[str, str | None]) -> Iterator[Part]:
    """What a list of things to gather or of clauses adds to its paragraphs."""
    for section in told.get("sections", ()):
        rows = tuple((one["label"], one["detail"], known_fact(one["code"], known)) for one in section["items"])
        heads = (N_("Rubrique"), N_("Ce qu’il faut"), N_("Connu de Vigie"))
        yield Part(section["title"], tables=(Table(heads, (3, 5, 4), rows),))
    if told.get("prior_checks"):
        yield Part(N_("À vérifier d’abord"), items=tuple(told["prior_checks"]))
    if told.get("clauses"):
        levels = {one["code"]: one["label"] for one in told["levels"]}
        rows = tuple((one["title"], filled(one["text"], known), levels[one["level"]]) for one in told["clauses"])
        yield Part(N_("Clauses"), tables=(Table((N_("Clause"), N_("Contenu"), N_("Niveau")), (3, 7, 2), rows),))


FACTS = {
    "legal_name": "etablissement",
    "siren": "siren",
    "name": "titulaire",
    "appointed_person": "intervenant_nomme",
    "effective_date": "date_effet",
    "receipt": "recepisse",
    "public_contact_1": "contact_dpo",
    "public_contact_2": "contact_dpo_2",
    "head_office": "siege",
    "legal_representative": "representant",
    "employment": "mode",
}
"""Which value answers each thing that the designation asks for."""


def known_fact(code: str, known: Mapping[str, str | None]) -> str:
    """What the house knows already of a thing to gather; "" when it knows nothing."""
    return known.get(FACTS.get(code, "")) or ""


def _signatures(kind: str, nomination: Nomination) -> Iterator[tuple[str, str]]:
    quality = f"\n{nomination.signatory_quality}" if nomination.signatory_quality else ""
    signatory = (nomination.signatory or "") + quality
    if kind in SIGNED_KINDS:
        yield N_("Pour l’établissement"), signatory
    if kind == "letter":
        yield N_("Le titulaire, qui reconnaît avoir reçu un exemplaire"), nomination.person.name
