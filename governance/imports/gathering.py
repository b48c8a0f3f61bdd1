"""The collections of a record from the words of a cell: persons, data, retention, recipients, measures, actors."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from governance.imports import actors
from governance.imports.draft import Draft
from governance.imports.durations import is_number, is_undecided, is_unsure, retentions_of
from governance.imports.findings import Record, Severity
from governance.imports.formats.sheets import Cell
from governance.imports.lexicon import OTHER, recipient_heads, stem, stems_of
from governance.imports.listing import REMEMBERED, Entry, entries, items, small_items
from governance.imports.values import nothing_but, nothing_said, words_of, yes_or_no
from models.register.words import ART9, Confidence, RecipientKind, Stage
from models.search import fold

ALL_DATA = "Ensemble des données"
SHORT = 200
_WORD = re.compile(r"[^\W_]+")
_SMALL_BEFORE = frozenset(["de", "du", "des", "d", "l", "la", "le", "les", "et", "au", "aux", "avec", "par"])


def own_words(draft: Draft, scheme: str, code: str, text: str) -> str | None:
    """The author's words for a code, unless they are the list's own."""
    words: str | None = draft.lexicon.remember(
        ("own", scheme, code, text), lambda: _unless_same(text, draft.lexicon.label(scheme, code))
    )
    return words


def _unless_same(text: str, label: str) -> str | None:
    return None if fold(text) == fold(label) else text


def comment(draft: Draft, found: list[Entry], title: str) -> None:
    """Say what of a list was guessed, cut or put under « Autre »."""
    unknown = [entry.text for entry in found if not entry.known]
    other = [entry.text for entry in found if entry.known and entry.code == OTHER]
    if any(entry.cut for entry in found):
        pieces = ", ".join(f"« {entry.text} »" for entry in found)
        draft.doubt(f"La cellule énumère sans séparer : elle a été découpée en {pieces}.")
    if unknown:
        listed = ", ".join(f"« {text} »" for text in unknown)
        draft.doubt(f"{listed} : pas dans la liste « {title} », repris sous « Autre » avec ces mots.")
    if other:
        listed = ", ".join(f"« {text} »" for text in other)
        draft.inform(f"{listed} : rangé sous « Autre », sans équivalent dans la liste « {title} ».")


def person_groups(draft: Draft, text: str, value: Cell) -> None:
    if nothing_said(text):
        if stems_of(text):
            draft.note("Personnes concernées", text)
            draft.doubt(
                "Aucune catégorie de personnes n’est reprise ; une fiche du registre concerne toujours des personnes."
            )
        return
    found = entries(text, "data_subjects", draft.lexicon)
    for entry in found:
        draft.add(
            "person_groups", category=entry.code, details=own_words(draft, "data_subjects", entry.code, entry.text)
        )
    comment(draft, found, "Personnes concernées")


def data_items(draft: Draft, text: str, value: Cell) -> None:
    if nothing_said(text):
        return
    found = []
    for entry in entries(text, "data_categories", draft.lexicon, joined=False):
        if _announces_sensitive_data(entry.text):
            draft.fields["sensitive"] = True
            draft.doubt("Des données sensibles sont annoncées : précisez lesquelles.")
        else:
            found.append(entry)
    words: dict[str, list[str]] = {}
    for entry in found:
        words.setdefault(entry.code, []).append(entry.text)
    for code, texts in words.items():
        description = own_words(draft, "data_categories", code, ", ".join(texts))
        draft.add("data_items", category=code, description=description)
    comment(draft, found, "Catégories de données")


@lru_cache(maxsize=REMEMBERED)
def _announces_sensitive_data(text: str) -> bool:
    """Whether an item only says that there are sensitive data, without saying which."""
    return stems_of(text) in (("donnee", "sensible"), ("sensible",))


def sensitive(draft: Draft, text: str, value: Cell) -> None:
    """Yes or no, or the sensitive data themselves."""
    said, rest = yes_or_no(text)
    if said is None and nothing_said(text):
        said, rest = False, ""
    draft.fields["sensitive"] = said is not False
    if said is not False and rest:
        data_items(draft, rest, value)
    elif rest:
        draft.note("Données sensibles", rest)


def retentions(draft: Draft, text: str, value: Cell) -> None:
    add_retentions(draft, text)


def archiving(draft: Draft, text: str, value: Cell) -> None:
    add_retentions(draft, text, stage=Stage.INTERMEDIATE.value)


def final_fate(draft: Draft, text: str, value: Cell) -> None:
    for item in items(text):
        if not nothing_said(item):
            draft.add("retentions", item=ALL_DATA, stage=Stage.FINAL.value, wording=item)


def add_retentions(draft: Draft, text: str, item: str = ALL_DATA, category: str | None = None, **forced: Any) -> None:
    """The retention lines of a text about `item`, of the data category `category` when it is known."""
    if nothing_said(text):
        return
    if is_undecided(text):
        draft.doubt("La durée de conservation reste à définir.")
    elif is_unsure(text):
        draft.doubt("Le fichier dit que cette durée n’est pas sûre : elle est reprise, marquée « à vérifier ».")
    elif is_number(text):
        draft.doubt("Un nombre seul ne dit pas une durée : précisez s’il compte des jours, des mois ou des années.")
    for line in retentions_of(text, draft.lexicon):
        doubt = {"confidence": Confidence.SECONDARY.value} if is_unsure(line["wording"]) else {}
        draft.add("retentions", item=item, data_category=category, **{**line, **doubt, **forced})


def security_measures(draft: Draft, text: str, value: Cell) -> None:
    if nothing_said(text):
        return
    found = entries(text, "security_measure_categories", draft.lexicon)
    for entry in found:
        words = own_words(draft, "security_measure_categories", entry.code, entry.text)
        draft.add("security_measures", category=entry.code, description=words)
    unknown = [entry for entry in found if not entry.known]
    comment(draft, [entry for entry in found if entry.known], "Mesures de sécurité")
    if unknown:
        draft.inform("Mesure gardée avec ces mots, sous « Autres » : son type n’est pas reconnu.")


def recipients(draft: Draft, text: str, value: Cell) -> None:
    add_recipients(draft, text)


def internal_recipients(draft: Draft, text: str, value: Cell) -> None:
    add_recipients(draft, text, RecipientKind.INTERNAL)


def external_recipients(draft: Draft, text: str, value: Cell) -> None:
    add_recipients(draft, text, RecipientKind.EXTERNAL)


def processors(draft: Draft, text: str, value: Cell) -> None:
    said, rest = yes_or_no(text)
    if said is None:
        add_recipients(draft, text, RecipientKind.PROCESSOR)
    elif said and rest:
        add_recipients(draft, rest, RecipientKind.PROCESSOR)
    elif said:
        draft.note("Sous-traitants", text)
        draft.doubt("Des sous-traitants sont annoncés sans être nommés.")


def add_recipients(draft: Draft, text: str, kind: RecipientKind | None = None) -> None:
    """The recipients that a cell lists, of a kind when its column says it."""
    text = _named(draft, text, "Destinataires", "Des destinataires sont annoncés sans être nommés.")
    if nothing_said(text) or nothing_but(text):
        if not nothing_said(text):
            draft.note("Destinataires", text)
        return
    pieces = small_items(text)
    found = [entry for piece in pieces for entry in _recipients_of(draft, piece)]
    if len(found) > len(pieces):
        draft.doubt(f"La cellule énumère sans séparer : elle a été découpée en {_quoted(found)}.")
    guessed = [entry for entry in found if not add_recipient(draft, entry.text, kind, category=entry.code)]
    if guessed:
        draft.doubt(f"{_quoted(guessed)} : repris comme destinataire externe, faute de savoir s’il est interne.")


def _named(draft: Draft, text: str, title: str, unnamed: str) -> str:
    """What a cell names that may begin with yes or no, as « Oui : CHU voisin »; a mere « Oui » is doubted."""
    said, rest = yes_or_no(text)
    if said is None or (rest and words_of(text).partition(" ")[0] not in ("oui", "non")):  # « N. Martin »
        return text
    if said and not rest:
        draft.note(title, text)
        draft.doubt(unnamed)
    elif rest and not said:
        draft.note(title, text)
    return rest if said else ""


def _recipients_of(draft: Draft, piece: str) -> list[Entry]:
    """The recipients of one item of a list: several when they are listed without a separator."""
    found: list[Entry] = draft.lexicon.remember(
        ("recipients", piece), lambda: [entry for head in _at_heads(piece) for entry in _categorised(head, draft)]
    )
    return found


def _quoted(found: list[Entry]) -> str:
    return ", ".join(f"« {entry.text} »" for entry in found)


def _categorised(piece: str, draft: Draft) -> list[Entry]:
    cut = entries(piece, "recipient_categories", draft.lexicon)
    kinds = {kind_of_recipient(draft, entry.text, entry.code) for entry in cut}
    return cut if len(cut) > 1 and None not in kinds else [Entry(cut[0].code, piece, known=True)] if cut else []


def _at_heads(piece: str) -> list[str]:
    """A list without separators, cut where a word begins a new recipient: « Service client Sous-traitant CRM »."""
    heads = recipient_heads()
    words = [(stem(word[0]), word.start()) for word in _WORD.finditer(piece)]
    starts = [
        start
        for at, (word, start) in enumerate(words)
        if at and words[at - 1][0] not in _SMALL_BEFORE and ((word,) in heads or (word, _next(words, at)) in heads)
    ]
    edges = [0, *starts, len(piece)]
    return [part for part in (piece[a:b].strip(" ,;-") for a, b in pairwise(edges)) if part]


def _next(words: list[tuple[str, int]], at: int) -> str:
    return words[at + 1][0] if at + 1 < len(words) else ""


def kind_of_recipient(draft: Draft, text: str, category: str | None) -> RecipientKind | None:
    """Inside, outside or a processor: by its category, else by its first telling word; None when nothing tells."""
    if category and category != OTHER:
        return RecipientKind(draft.lexicon.facts("recipient_categories", category).get("kind", RecipientKind.EXTERNAL))
    found = draft.lexicon.found("recipient_kinds", text)
    return RecipientKind(found[0].code) if found else None


def add_recipient(
    draft: Draft, text: str, kind: RecipientKind | None, category: str | None = None, reason: str | None = None
) -> bool:
    """One recipient; False when whether it is inside or outside had to be guessed."""
    row, is_told = draft.lexicon.remember(
        ("recipient", text, kind, category), lambda: _recipient(draft, text, kind, category)
    )
    reasons = "\n".join(part for part in ("" if len(text) <= SHORT else text, reason or "") if part)
    draft.add("recipients", **row, reason=reasons)
    return bool(is_told)


def _recipient(draft: Draft, text: str, kind: RecipientKind | None, category: str | None) -> tuple[Record, bool]:
    told = kind_of_recipient(draft, text, category)
    if kind and category and draft.lexicon.facts("recipient_categories", category).get("kind") != kind:
        category = None
    row = {
        "kind": (kind or told or RecipientKind.EXTERNAL).value,
        "category": None if category == OTHER else category,
        "name": text if len(text) <= SHORT else None,
    }
    return row, bool(kind or told)


def access_rights(draft: Draft, text: str, value: Cell) -> None:
    if nothing_said(text):
        return
    for item in items(text):
        if len(item) <= SHORT:
            draft.add("access_rights", profile=item, may_consult=True)
        else:
            draft.note("Droits d’accès", item)
            draft.doubt(f"Un profil d’accès tient en {SHORT} caractères : le texte est repris dans les notes internes.")


def add_actor(draft: Draft, role: str, text: str, **cells: str) -> None:
    """An actor from its name (with what is glued to it) and its other cells, each checked against its field."""
    role_title = actors.ROLES[role].label
    text = _named(draft, text, role_title, f"« {role_title} » : la cellule dit qu’il y en a un, sans le nommer.")
    told: dict[str, Any] = {} if nothing_said(text) or nothing_but(text) else actors.told_apart(text, draft.lexicon)
    given = {key: cell for key, cell in cells.items() if cell and not nothing_said(cell)}
    if not told.get("name") and not given:
        return
    glued = sorted(told.keys() - {"name"} - given.keys())
    if glued:
        draft.inform("L’adresse ou les coordonnées collées au nom ont été rangées à leur place.")
    row = {**told, **given}
    row.setdefault("name", "")
    if "country" in given:
        row["country"] = draft.lexicon.only("countries", given["country"])
    if row.get("postcode"):
        row["postcode"] = actors.full_postcode(row["postcode"], row.get("country"))
    for key, limit in actors.LIMITS.items():
        if len(row.get(key) or "") > limit:
            draft.note("Acteur", row.pop(key))
            draft.doubt(f"Ce texte dépasse {limit} caractères : il est repris dans les notes internes.")
    if row.get("name"):
        draft.add("actors", role=actors.ROLES[role].value, **row)
    else:
        draft.note("Acteur sans nom", ", ".join(str(cell) for cell in given.values()))
        draft.doubt("Des coordonnées sont données sans nom : elles sont reprises dans les notes internes.")


def settle(draft: Draft) -> None:
    """Say of the whole record whether it holds sensitive data, and where its data come from."""
    rows = draft.parts.get("data_items", ())
    special = sorted({row["category"] for row in rows} & ART9)
    if special and "sensitive" not in draft.fields:
        draft.fields["sensitive"] = True
    elif special and draft.fields["sensitive"] is False:
        labels = ", ".join(f"« {draft.lexicon.label('data_categories', code)} »" for code in special)
        draft.at(draft.place.row, None)
        draft.say(Severity.DOUBT, f"La fiche se dit sans données sensibles, mais elle porte {labels}.")
    for (code, words), _ in draft.waiting.get("source", ()):
        for row in rows:
            row.update({key: told for key, told in (("source", code), ("source_details", words)) if told})
