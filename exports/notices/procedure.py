"""A procedure of diffusion as the body that validates it reads it: what is to be done, then the rules common to all."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from exports.paper import Paper, Part, Table, letterhead, nonempty
from exports.texts import day
from models.consulting import GovernanceBody
from models.establishments import Establishment
from models.notices.words import Moment, PatientGroup, ProcedureStatus
from models.vocabulary import N_

KIND = N_("Procédure de diffusion")
DRAFT = N_("projet")
MENTION = N_("Procédure de diffusion de l’information des patients")
ROLES = ((N_("Qui"), N_("Ce qu’il fait")), (3, 8))
SITUATIONS = ((N_("Situation"), N_("Ce qu’il faut faire")), (3, 8))
CHECKS = ((N_("Vérification"), N_("Quand"), N_("Ce qui est compté")), (4, 3, 6))


def paper(
    told: Mapping[str, Any], rules: Mapping[str, Any], establishment: Establishment, on: dt.date, digest: str = ""
) -> Paper:
    """The procedure, from the fields of its state or of a frozen version (`digest` is then its seal), and its rules."""
    is_draft = told["status"] == ProcedureStatus.DRAFT
    moment, population = Moment(told["moment"]), PatientGroup(told["population"])
    return Paper(
        house=establishment.name,
        address=letterhead(establishment),
        kind=KIND,
        title=f"{told['tool']} – {moment.label.lower()}",
        subtitle=rules["purpose"],
        mention=_mention(told, digest),
        watermark=DRAFT if is_draft else "",
        facts=nonempty(
            (
                (N_("Support"), told["tool"]),
                (N_("Patients concernés"), population.label),
                (N_("Moment"), moment.label),
                (N_("Qui diffuse"), told["responsible"]),
                (N_("Validée"), None if is_draft else _validated(told)),
            )
        ),
        parts=tuple(_parts(told, rules)),
        signatures=((N_("Pour l’établissement"), establishment.legal_representative or ""),),
    )


def _mention(told: Mapping[str, Any], digest: str) -> str:
    version = f" – {N_('version')} {told['number']}" if told["number"] and digest else f" – {DRAFT}"
    return MENTION + version + (f" – {N_('empreinte')} {digest[:16]}" if digest else "")


def _validated(told: Mapping[str, Any]) -> str:
    body = told["body_name"] or (GovernanceBody(told["body"]).label if told["body"] else "")
    on = day(dt.date.fromisoformat(told["validated_on"]))
    minutes = f" ({told['minutes']})" if told["minutes"] else ""
    return N_("version %s, le %s, par : %s%s") % (told["number"], on, body, minutes)


def _parts(told: Mapping[str, Any], rules: Mapping[str, Any]) -> list[Part]:
    proof = told["proof"]
    found = [Part(N_("Ce qu’il faut faire"), tuple(told["instructions"].splitlines()))]
    if proof:
        found.append(Part(N_("Ce qui le prouve"), tuple(proof.splitlines())))
    found += [
        Part(N_("Où elle s’applique"), (rules["scope"],)),
        Part(N_("Qui fait quoi"), tables=(_table(ROLES, rules["roles"]),)),
        Part(N_("Situations particulières"), tables=(_table(SITUATIONS, rules["situations"]),)),
        Part(N_("Comment l’on s’assure que les patients sont informés"), tables=(_table(CHECKS, rules["checks"]),)),
    ]
    return found + [Part(title, (text,)) for title, text in rules["tail"]]


def _table(heads: tuple[tuple[str, ...], tuple[int, ...]], rows: list[list[str]]) -> Table:
    return Table(*heads, tuple(map(tuple, rows)))
