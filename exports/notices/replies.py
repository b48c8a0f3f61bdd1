"""The letters that a data subject's request calls for, in the model's words: received, longer, granted, refused."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exports.letters import in_sentence
from exports.paper import Paper, Part, letterhead
from exports.texts import long_day
from models.notices.facts import uncapped
from models.notices.telling import Pen, Said, Value, listed
from models.rights import DELAY, DataSubjectRequest, Decision, IdentityCheck, ObjectedUse, RightKind, deadline
from models.vocabulary import N_
from models.wording import articled

MENTION = N_("Courrier préparé par Vigie, à relire avant envoi")
SIGNED_BY = N_("Pour l’établissement")
RECEIPT, EXTENSION, IDENTITY, GRANTED = "receipt", "extension", "identity_request", "granted"
ANSWERS = {
    Decision.PARTIAL: "partial",
    Decision.REFUSED: "refused",
    Decision.NOT_COMPETENT: "not_competent",
}
OTHER_RIGHT = {
    "code": GRANTED,
    "label_fr": N_("Demande acceptée"),
    "subject_fr": N_("Votre demande {reference} est acceptée"),
    "body_fr": N_(
        "Madame, Monsieur,\n\nVotre demande porte sur : {utilisations}. Nous l’acceptons. {mesure_prise}\n\n"
        "Pour toute question : {contact_dpo}, {courriel_dpo}, {telephone_dpo}."
    ),
}
"""The model words only what follows from an objection; another right that is granted is told plainly."""
OPTIONAL = frozenset(
    {
        "mention_suspension", "mention_justificatif", "mesure_prise", "mention_destinataires_prevenus",
        "mesure_alternative", "reference_motif", "reponse_locale",
    }
)  # fmt: skip
"""The blanks whose sentence goes when the request says nothing of them; the others are left to complete."""
CNIL = "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07"
LABELS = {
    "tribunal_competent": N_(
        "la juridiction compétente : en principe le tribunal administratif pour un établissement public, le tribunal "
        "judiciaire pour un établissement privé"
    ),
    "telephone_dpo": N_("téléphone du DPO"),
    "courriel_dpo": N_("adresse électronique du DPO"),
    "motif_doute": N_("dire pourquoi il y a un doute"),
    "moyen_verification": N_("dire quel justificatif envoyer, et où"),
    "organisme_competent": N_("nom de l’organisme"),
    "contact_organisme": N_("adresse de l’organisme"),
    "motif_en_clair": N_("motif"),
    "date_application": N_("date d’application"),
}
"""How what is left to complete is named."""
SUSPENDED = N_("Pendant l’examen, nous n’utilisons plus ces données.")
PROOF_WANTED = N_("Nous devons d’abord vérifier votre identité : un courrier séparé vous dit comment.")
TOLD = N_("Les destinataires de ces données sont prévenus.")


def offered(request: DataSubjectRequest, form: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The letters that a request calls for so far, in the order in which they leave. `form`: the model's form."""
    known = {row["code"]: row for row in form["answers"]} | {GRANTED: OTHER_RIGHT}
    wanted = [IDENTITY] if request.identity is IdentityCheck.REQUESTED else []
    wanted += [EXTENSION] if request.extended_on else []
    if request.decision is not None:
        objects = request.kind is RightKind.OBJECTION
        wanted.append(ANSWERS.get(request.decision) or ("accepted" if objects else GRANTED))
    return [form["receipt"], *(known[code] for code in wanted)]


def reply(told: Mapping[str, Any], request: DataSubjectRequest, on: dt.date) -> Paper:
    """A letter of `offered`, as it stands today."""
    home, sent = request.establishment, _sent(told["code"], request, on)
    pen = Pen(_values(request, on), OPTIONAL, LABELS)
    title, lines = _written(pen, told["subject_fr"], request), tuple(_paragraphs(pen, told["body_fr"], request))
    town = home.city or "…"
    return Paper(
        house=home.name,
        address=letterhead(home),
        kind=told["label_fr"].replace(*_OBJECTION) if request.kind is not RightKind.OBJECTION else told["label_fr"],
        title=title,
        mention=N_("À compléter avant l’envoi : %s.") % listed(_named(pen)) if pen.lacking else MENTION,
        place=N_("%s, le %s") % (town, long_day(sent)),
        recipient="\n".join((request.requester, request.contact)),
        parts=(Part(lines=lines),),
        signatures=((SIGNED_BY, home.legal_representative or ""),),
    )


def blanks(told: Mapping[str, Any], request: DataSubjectRequest, on: dt.date) -> list[str]:
    """What a letter of `offered` leaves to complete by hand before it is sent, in words; nothing when it may leave."""
    pen = Pen(_values(request, on), OPTIONAL, LABELS)
    _written(pen, told["subject_fr"], request)
    tuple(_paragraphs(pen, told["body_fr"], request))
    return _named(pen)


def _named(pen: Pen) -> list[str]:
    return [LABELS.get(name, name.replace("_", " ")) for name in sorted(pen.lacking)]


def _sent(code: str, request: DataSubjectRequest, on: dt.date) -> dt.date:
    days = {RECEIPT: on, IDENTITY: on, EXTENSION: request.extended_on}
    return days.get(code, request.answered_on) or on


YOURS = {"ses": N_("vos"), "sa": N_("votre"), "son": N_("votre")}
"""How a letter says to the person what the record says of her."""
_OWN = re.compile(r"\b(ses|sa|son)\b")
_OBJECTION = ("Opposition", "Demande")


def _paragraphs(pen: Pen, body: str, request: DataSubjectRequest) -> Iterator[str]:
    for paragraph in body.split("\n\n"):
        if words := _written(pen, paragraph, request):
            yield words


def _written(pen: Pen, text: str, request: DataSubjectRequest) -> str:
    """A text of the model with its blanks; where another right is exercised, a request rather than an objection."""
    words = " ".join(one.text for one in pen.write(text, inline=True))
    if request.kind is RightKind.OBJECTION:
        return words
    return words.replace("opposition", "demande")


def _values(request: DataSubjectRequest, on: dt.date) -> dict[str, Value]:
    dpo, answer = request.establishment.dpo(on), in_sentence(request.answer)
    refused = request.refused_uses or []
    granted = [code for code in request.uses or () if code not in refused]
    subject = _uses(request, request.uses or ()) or request.kind.label.lower()
    texts: dict[str, str | None] = {
        "etablissement": articled(request.establishment.name),
        "reference": request.reference,
        "date_reception": long_day(request.received_on),
        "date_limite": long_day(deadline(request.received_on, DELAY)),
        "date_limite_prolongee": long_day(request.due_on),
        "date_application": long_day(request.applied_on) if request.applied_on else None,
        "utilisations": subject,
        "utilisations_acceptees": _uses(request, granted) or subject,
        "utilisations_refusees": _uses(request, refused) or subject,
        "reference_motif": request.ground,
        "mesure_alternative": in_sentence(request.alternative),
        "adresse_cnil": CNIL,
        "tribunal_competent": request.establishment.competent_court,
        "motif_en_clair": _inside(request.answer),
        "motif_prolongation": _inside(request.extension_reason),
        "mesure_prise": _sentence(answer) if request.decision is Decision.ACCEPTED else None,
        "mention_suspension": SUSPENDED if request.suspends else None,
        "mention_justificatif": PROOF_WANTED if request.identity is IdentityCheck.REQUESTED else None,
        "mention_destinataires_prevenus": TOLD if request.decision is Decision.ACCEPTED else None,
        "reponse_locale": answer if request.decision is Decision.NOT_COMPETENT else None,
        "contact_dpo": N_("le délégué à la protection des données"),
        "courriel_dpo": dpo.email or None,
        "telephone_dpo": dpo.phone or request.establishment.phone or None,
    }
    return {name: Said(words) if words else None for name, words in texts.items()}


def _uses(request: DataSubjectRequest, codes: Iterable[str]) -> str:
    """Some of the uses to which she objects, as the middle of a sentence takes them."""
    labels = [_use(request, ObjectedUse(code)) for code in codes]
    return listed(label[:1].lower() + label[1:] for label in labels) if labels else ""


def _use(request: DataSubjectRequest, use: ObjectedUse) -> str:
    if use is ObjectedUse.OTHER and (typed := in_sentence(request.details)):
        return typed
    return _OWN.sub(lambda found: YOURS[found[0]], use.label)


def _inside(words: str | None) -> str | None:
    """What was typed, after « car » or « pour la raison suivante »."""
    said = in_sentence(words)
    return uncapped(said) if said else None


def _sentence(words: str | None) -> str | None:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else None
