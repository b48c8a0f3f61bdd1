"""The sheets of one page made of a version: the short text, the text in plain sentences, the forms to sign on paper."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exports import pdf
from exports.texts import day, long_day
from models.charters.charter import CharterVersion
from models.charters.words import Channel, SectionKind
from models.vocabulary import N_
from models.wording import spaced

LINES = 22
"""How many lines a blank list has on its page."""

BLANKS = {
    "prenom": N_("……………………"),
    "nom": N_("……………………………"),
    "fonction": N_("……………………………"),
    "service": N_("……………………………"),
    "employeur": N_("……………………………"),
}


@dataclass(frozen=True)
class Signer:
    """The person for whom a form is printed; empty strings leave the lines to fill by hand."""

    family_name: str = ""
    given_name: str = ""
    function: str = ""
    department: str = ""
    company: str = ""


def reference(version: CharterVersion, sheet: str = "") -> str:
    """What a sheet carries so that its scan is matched to the version, and to a person or a list by `sheet`."""
    return "-".join(part for part in ("CH", version.id.hex[:8].upper(), f"V{version.number}", sheet) if part)


def has(version: CharterVersion, kind: SectionKind) -> bool:
    """Whether a version has a short or a plain text."""
    return any(section["kind"] == kind for section in version.content["sections"])


def short(version: CharterVersion, kind: SectionKind, author: str, on: dt.date) -> bytes:
    """The short version or the one in plain sentences, as a PDF: one page to hang or to hand."""
    first, *rest = [section for section in version.content["sections"] if section["kind"] == kind]
    data = {
        **_marks(version, author, on),
        "title": spaced(first["title"] or kind.label),
        "lead": [spaced(line) for line in first["lines"]],
        "rules": [{"title": spaced(one["title"]), "lines": [spaced(line) for line in one["lines"]]} for one in rest],
        "numbered": kind is SectionKind.SHORT,
        "foot": N_("Cette page aide à retenir l’essentiel. Elle ne remplace pas le texte complet."),
    }
    return _rendered("short.typ", data, on)


def form(version: CharterVersion, author: str, on: dt.date, signer: Signer | None = None, sheet: str = "") -> bytes:
    """The paper form that one person signs. `sheet`: what matches its scan to her, when it is printed for her."""
    one = signer or Signer()
    sentence = version.statements.get(Channel.PAPER, {})
    values = {
        "prenom": one.given_name, "nom": one.family_name, "fonction": one.function, "service": one.department,
        "employeur": one.company,
    }  # fmt: skip
    data = {
        **_marks(version, author, on),
        "title": N_("Prise de connaissance d’une charte"),
        "fields": [
            [N_("Nom"), one.family_name],
            [N_("Prénom"), one.given_name],
            [N_("Fonction"), one.function],
            [N_("Service ou entreprise"), one.department or one.company],
        ],
        "statement": spaced(_said(sentence.get("statement", ""), values)),
        "notice": spaced(sentence.get("notice", "")),
        "annexes": [
            [spaced(section["title"]), spaced(_said(section["acknowledgement"], values))]
            for section in version.content["sections"]
            if section["acknowledgement"]
        ],
        "annexes_title": N_("Annexes : cochez celles qui vous concernent"),
        "reference": reference(version, sheet),
        "signature": [N_("Date"), N_("Signature")],
        "office": N_("Réservé au service"),
        "office_fields": [N_("Reçu le"), N_("Saisi par"), N_("Vérifié par")],
        "rows": [],
        "heads": [],
    }
    return _rendered("paper.typ", data, on)


def roll(
    version: CharterVersion,
    author: str,
    on: dt.date,
    department: str = "",
    names: Sequence[tuple[str, str]] = (),
    sheet: str = "",
) -> bytes:
    """The list that a department signs. `names`: (name, function) of those expected; blank lines follow."""
    sentence = version.statements.get(Channel.PAPER, {})
    blank = max(0, LINES - len(names)) or 4
    data = {
        **_marks(version, author, on),
        "title": N_("Liste d’émargement"),
        "fields": [[N_("Service"), department], [N_("Remise par"), ""]],
        "statement": N_(
            "Chacun déclare avoir reçu un exemplaire de la charte et des annexes qui le concernent, en avoir pris "
            "connaissance et s’engager à l’appliquer."
        ),
        "notice": spaced(sentence.get("notice", "")),
        "annexes": [],
        "annexes_title": "",
        "reference": reference(version, sheet or "LISTE"),
        "signature": [],
        "office": "",
        "office_fields": [],
        "heads": [N_("Nom et prénom"), N_("Fonction"), N_("Date"), N_("Signature")],
        "rows": [*([name, function, "", ""] for name, function in names), *([""] * 4 for _ in range(blank))],
    }
    return _rendered("paper.typ", data, on)


def _said(text: str, values: dict[str, str]) -> str:
    for name, dots in BLANKS.items():
        text = text.replace(f"{{{name}}}", values.get(name) or dots)
    return text


def _marks(version: CharterVersion, author: str, on: dt.date) -> dict[str, Any]:
    """What every sheet says of the version it belongs to."""
    return {
        "description": version.title,
        "author": author,
        "charter": version.title,
        "version": f"Version {version.number}, {N_('applicable à compter du')} {long_day(version.effective_on)}",
        "digest": " ".join(version.sha256[place : place + 16] for place in range(0, 64, 16)),
        "digest_label": N_("Empreinte SHA-256 du texte"),
        "reference_label": N_("Référence de la feuille"),
        "made": f"{N_('Imprimé le')} {day(on)}",
    }


def _rendered(name: str, data: dict[str, Any], on: dt.date) -> bytes:
    at = dt.datetime.combine(on, dt.time(), dt.UTC)
    return pdf.render(pdf.TEMPLATES / "charters" / name, data, at)
