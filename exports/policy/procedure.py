"""The serious-incident procedure as a document to print, date and keep in the crisis room."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from exports.booklet import Book, Chapter, printed, written
from exports.texts import day, long_day
from models.vocabulary import N_
from models.wording import sha256, spaced

TITLE = N_("Procédure d’incident grave de sécurité")
CONFIDENCE = {
    "verified": N_("lu dans un texte officiel"),
    "secondary": N_("source secondaire, à vérifier"),
    "own_knowledge": N_("proposition du modèle, à vérifier"),
}


def book(told: Mapping[str, Any], roles: Mapping[str, str], author: str, on: dt.date) -> Book:
    """What the document says. `told`: the procedure, its blanks filled; `roles`: the functions by code."""
    chapters = tuple(_chapters(told, roles))
    text = "\n".join(line for one in chapters for line in (one.heading, *one.lines, *one.notes))
    return Book(
        title=TITLE,
        author=author,
        subtitle=f"{N_('Établie le')} {long_day(on)}",
        running=f"{TITLE} – {author}",
        mention=f"{N_('Document établi le')} {day(on)}",
        summary=((N_("But"), told["purpose"]), (N_("Attention"), told["warning"])),
        digest=sha256(text.encode()),
        chapters=chapters,
        note=spaced(told["contacts_rule"]),
        trace=(),
        remarks=(),
        unconsulted="",
        signature=(),
    )


def _chapters(told: Mapping[str, Any], roles: Mapping[str, str]) -> Iterable[Chapter]:
    yield Chapter(
        N_("Définitions"), "", tuple(spaced(f"{one['label_fr']} : {one['text']}") for one in told["definitions"]), ""
    )
    yield Chapter(N_("Gravité"), "", tuple(_level(one, roles) for one in told["severity_levels"]), "")
    yield Chapter(N_("Étapes"), "", (), "")
    for step in told["steps"]:
        target = f"{step['target']} – {roles.get(step['responsible'], '')}"
        yield Chapter(
            spaced(f"{step['order']}. {step['title']}"),
            "",
            tuple(spaced(f"– {one}") for one in step["actions"]),
            "",
            level=2,
            notes=(
                spaced(f"{N_('Délai visé et responsable :')} {target}"),
                spaced(f"{N_('Traces :')} {' ; '.join(step['outputs'])}"),
            ),
        )
    yield Chapter(N_("Qui prévenir, dans quel délai"), spaced(told["warning"]), (), "")
    for row in told["deadlines"]:
        yield Chapter(
            spaced(row["authority_fr"]),
            "",
            (spaced(f"{row['delay']}. {row['trigger']}."),),
            "",
            level=2,
            notes=tuple(spaced(line) for line in _details(row, told, roles)),
        )
    yield Chapter(
        N_("Arbre de décision"), spaced(told["decision_tree"]["note"]), tuple(_tree(told["decision_tree"])), ""
    )
    lines = tuple(spaced(f"{one['label_fr']} : {one['value']}") for one in told["contacts"])
    yield Chapter(N_("Annuaire de crise"), "", lines, "")
    yield Chapter(
        N_("Fiche d’incident"), "", tuple(spaced(f"{one['label_fr']} : ……………………………") for one in told["form_fields"]), ""
    )


def _level(one: Mapping[str, Any], roles: Mapping[str, str]) -> str:
    crisis = N_(" Cellule de crise.") if one["crisis_cell"] else ""
    lead = f"{N_('Pilote :')} {roles.get(one['lead'], one['lead'])}."
    return spaced(f"{one['level']} – {one['label_fr']} : {one['criteria']} {lead}{crisis}")


def _details(row: Mapping[str, Any], told: Mapping[str, Any], roles: Mapping[str, str]) -> Iterable[str]:
    starts = {one["code"]: one["label_fr"] for one in told["clocks"]}
    yield f"{N_('À compter de :')} {starts.get(row['starts_from'], row['starts_from'])}"
    yield f"{N_('Par :')} {roles.get(row['declared_by'], row['declared_by'])} – {row['channel']}"
    if row.get("contact"):
        yield f"{N_('Contact :')} {row['contact']}"
    yield f"{N_('Texte :')} {row['legal_basis']} ({CONFIDENCE[row['confidence']]})"


def _tree(tree: Mapping[str, Any]) -> Iterable[str]:
    numbers = {node["id"]: place for place, node in enumerate(tree["nodes"], start=1)}
    for node in tree["nodes"]:
        number = numbers[node["id"]]
        if node["kind"] == "question":
            ways = f"{N_('oui :')} {numbers[node['yes']]}, {N_('non :')} {numbers[node['no']]}"
            yield spaced(f"{number}. {node['question']} ({ways})")
        else:
            then = f" ({N_('puis')} {numbers[node['next']]})" if node.get("next") in numbers else ""
            yield spaced(f"{number}. {node.get('action') or node.get('text', '')}{then}")


def booklet(told: Mapping[str, Any], roles: Mapping[str, str], author: str, on: dt.date) -> bytes:
    """The document as a PDF."""
    return printed(book(told, roles, author, on), on)


def document(told: Mapping[str, Any], roles: Mapping[str, str], author: str, on: dt.date) -> bytes:
    """The same as a docx."""
    return written(book(told, roles, author, on), on)
