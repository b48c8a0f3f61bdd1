"""The small tables and lists inside a fiche: what a line of each block gives to the record."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from governance.imports import actors, gathering, transfers
from governance.imports.bases import lawful_basis, lawful_basis_reference, purposes
from governance.imports.draft import Draft
from governance.imports.durations import speaks_of_time
from governance.imports.lexicon import OTHER, headings
from governance.imports.listing import Entry
from governance.imports.values import nothing_but, nothing_said, words_of, yes_or_no
from models.register.words import ART9, RecipientKind

_WARNING = re.compile(r"[⚠❗❌🚨]|\b(?:doit|doivent|attention|à noter|nota|rappel|voir)\b", re.IGNORECASE)
_TICKED = 30
"""A longer text is no tick in a box."""
_LONG = 100
"""A longer label is a sentence."""
_NEAR = 30
"""How far in a description its first words reach."""


@dataclass(slots=True)
class Line:
    """A line of a block: its label, its cells by what their column means, those of columns without a title.

    `role`: what the label means, when it does; `ordinal`: it only numbers the line; `is_alone`: there is no value;
    `in_table`: it stands under titles of columns; `raw`: the label with its marks; `row`, `columns`: where it stands.
    """

    label: str
    cells: dict[str, str]
    loose: list[str]
    role: str = ""
    ordinal: bool = False
    is_alone: bool = False
    in_table: bool = False
    raw: str = ""
    row: int = 0
    columns: dict[str, int] = field(default_factory=dict)

    def take(self, *meanings: str) -> str:
        """The cell of one of these columns, else the next one without a title; "" when there is none."""
        for meaning in meanings:
            if meaning in self.cells:
                return self.cells.pop(meaning)
        return self.loose.pop(0) if self.loose else ""

    def point(self, draft: Draft, text: str) -> None:
        """Let the next issues be about one of the texts of this line."""
        if text in self.columns:
            draft.at(self.row, self.columns[text], text)

    def left(self) -> str:
        return " – ".join([*self.cells.values(), *self.loose])


def read_line(draft: Draft, section: str, line: Line) -> None:
    """Bring one line of a block into the draft, at the cell where the draft stands."""
    block = BLOCKS.get(section)
    if line.is_alone and _WARNING.search(line.raw) and section not in ("rights", "identity"):
        draft.note("", line.label)
        draft.doubt(
            "Cette ligne est un avertissement, pas un élément du tableau : elle est reprise dans les notes internes."
        )
    elif line.is_alone and line.in_table:
        _left_blank(draft, line)
    elif block is None:
        if section == "identity" and line.is_alone:
            draft.text("description", line.label)
        elif line.is_alone and section in PROSE:
            PROSE[section](draft, line.label, line.label)
        elif line.is_alone:
            draft.note("", line.label)
    else:
        block(draft, line)


def _left_blank(draft: Draft, line: Line) -> None:
    """A line of a table whose cells are empty; a sentence in its place is kept."""
    if len(line.label) > _LONG and not draft.lexicon.exact("data_categories", line.label):
        draft.note("", line.label)
        draft.inform("Ce texte dans un tableau est repris dans les notes internes.")


def _said(label: str, text: str) -> str:
    return f"{label} : {text}" if text else label


def _data(draft: Draft, line: Line) -> None:
    if line.is_alone:
        gathering.data_items(draft, line.label, line.label)
        return
    description, retention = line.take("description", "type", "label"), line.take("retention")
    if not retention and speaks_of_time(description) and len(description) < 40 and "description" not in line.cells:
        description, retention = "", description
    described = description
    said, rest = yes_or_no(description) if len(description) <= _TICKED else (None, "")
    if said is not None:
        description = rest
    if (said is False and not rest) or (said is None and nothing_said(description) and nothing_said(retention)):
        return
    if nothing_but(description):
        line.point(draft, described)
        draft.note(line.label, description)
        draft.doubt(
            "Cette cellule semble dire que ces données ne sont pas traitées : elle est reprise dans les notes internes."
        )
        return
    code, sure = _category(draft, line.label, description)
    exact = sure and draft.lexicon.exact("data_categories", line.label) is not None
    words = (
        description if exact or line.ordinal else _said(line.label, "" if nothing_said(description) else description)
    )
    draft.add("data_items", category=code, description="" if nothing_said(words) else words)
    if not sure:
        line.point(draft, line.label)
        label = draft.lexicon.label("data_categories", code)
        draft.doubt(f"« {line.label} » n’est pas une catégorie connue : rangé sous « {label} », d’après ses mots.")
    line.point(draft, retention)
    gathering.add_retentions(draft, retention, item=line.label if not line.ordinal else words, category=code)


def _category(draft: Draft, label: str, description: str) -> tuple[str, bool]:
    """(code, whether the label says it): by the label, by words of article 9 in the description, by its first words."""
    code = draft.lexicon.exact("data_categories", label)
    if code:
        return code, True
    told = [match.code for match in draft.lexicon.found("data_categories", description) if match.start <= _NEAR]
    special = [match.code for match in draft.lexicon.found("data_categories", description)]
    special = [code for code in special if code in ART9]
    if special and "sensible" in words_of(label):
        return special[0], False
    named = [match.code for match in draft.lexicon.found("data_categories", label)]
    if named:
        return named[0], True
    return (told or [OTHER])[0], False


def _persons(draft: Draft, line: Line) -> None:
    if line.is_alone:
        gathering.person_groups(draft, line.label, line.label)
        return
    kind = line.take("type", "label", "description") if line.ordinal else line.label
    details = line.take("description", "type")
    if nothing_said(kind) and nothing_said(details):
        return
    code = draft.lexicon.exact("data_subjects", kind) or draft.lexicon.only("data_subjects", kind)
    exact = code is not None and code != OTHER and draft.lexicon.exact("data_subjects", kind) is not None
    words = details if exact else _said(kind, details)
    draft.add("person_groups", category=code or OTHER, details=words)
    line.point(draft, kind)
    gathering.comment(draft, [Entry(code or OTHER, kind, known=code is not None)], "Personnes concernées")


def _recipients(draft: Draft, line: Line) -> None:
    if line.is_alone:
        gathering.add_recipients(draft, line.label)
        return
    kind_text = line.take("type", "label") if line.ordinal else line.label
    name, reason = line.take("identity", "name", "description"), line.take("reason")
    if (ticked := _ticked(name)) is not None:
        kind_text, name = kind_text if ticked else "", ""
    if nothing_said(kind_text) and nothing_said(name):
        return
    if nothing_said(name) and line.ordinal and draft.lexicon.exact("recipient_kinds", kind_text) is None:
        gathering.add_recipients(draft, kind_text)
        return
    found = draft.lexicon.found("recipient_kinds", kind_text)
    kind = RecipientKind(found[0].code) if found else None
    category = draft.lexicon.only("recipient_categories", name) or draft.lexicon.only("recipient_categories", kind_text)
    plain = draft.lexicon.exact("recipient_kinds", kind_text) or draft.lexicon.exact("recipient_categories", kind_text)
    words = name if plain and not nothing_said(name) else _said(kind_text, "" if nothing_said(name) else name)
    sure = gathering.add_recipient(draft, words, kind, category, "" if nothing_said(reason) else reason)
    if not sure:
        line.point(draft, kind_text)
        draft.doubt(f"« {kind_text} » : repris comme destinataire externe, faute de savoir s’il est interne.")


def _ticked(text: str) -> bool | None:
    """What a cell says that is only a yes or a no beside « Service interne »; None for any other."""
    said, rest = yes_or_no(text)
    return None if rest or nothing_said(text) else said


def _processors(draft: Draft, line: Line) -> None:
    text = (
        line.label
        if line.is_alone or not line.ordinal
        else line.take("identity", "name", "type", "label", "description")
    )
    more = line.left()
    if not nothing_said(text):
        gathering.add_recipient(draft, text, RecipientKind.PROCESSOR, reason=more)


def _measures(draft: Draft, line: Line) -> None:
    if line.is_alone:
        gathering.security_measures(draft, line.label, line.label)
        return
    kind = line.take("type", "label") if line.ordinal else line.label
    words = line.take("description", "type")
    if nothing_said(kind) and nothing_said(words):
        return
    code = draft.lexicon.exact("security_measure_categories", kind)
    if code is None:
        told = draft.lexicon.found("security_measure_categories", kind) or draft.lexicon.found(
            "security_measure_categories", words
        )
        code = told[0].code if told else OTHER
        words = _said(kind, words)
    draft.add("security_measures", category=code, description="" if nothing_said(words) else words)


def _transfers(draft: Draft, line: Line) -> None:
    if line.is_alone:
        transfers.transfers(draft, line.label, line.label)
        return
    recipient = line.take("type", "label", "identity", "name") if line.ordinal else line.label
    country, mechanism, document = line.take("country"), line.take("mechanism"), line.take("document")
    transfers.add_row(draft, recipient, country, mechanism, document, line.point)


def _actors(draft: Draft, line: Line) -> None:
    role = line.role if line.role in actors.ROLES else ""
    known = {key: text for key, text in line.cells.items() if key in ("name", "country", *actors.LIMITS)}
    beyond = line.loose[0] if line.loose else ""
    if not role:
        line.point(draft, line.label)
        if line.left():
            draft.note(line.label, line.left())
            draft.doubt("Rôle non reconnu : cet acteur est repris dans les notes internes.")
        return
    right = actors.put_right(known, beyond)
    if beyond and {key: right.get(key) for key in known} != known:
        draft.inform("Téléphone et adresse électronique, une colonne trop à droite, ont été remis à leur place.")
    name = right.pop("name", "") or ("" if known else line.left())
    gathering.add_actor(draft, role, name, **right)


def _rights(draft: Draft, line: Line) -> None:
    text = line.left()
    if not nothing_said(text) or line.is_alone:
        draft.text("rights", line.label if line.is_alone else _said(line.label, text))


def _purposes(draft: Draft, line: Line) -> None:
    text = line.left()
    if line.is_alone:
        purposes(draft, line.label, line.label)
    elif not nothing_said(text):
        is_label = line.ordinal or headings().like(line.label) in ("purposes", "sub_purposes")
        purposes(draft, text if is_label else _said(line.label, text), text)


def _bases(draft: Draft, line: Line) -> None:
    if line.is_alone:
        lawful_basis(draft, line.label, line.label)
    else:
        lawful_basis_reference(draft, _said(line.label, line.left()), None)


def _retentions(draft: Draft, line: Line) -> None:
    text = line.label if line.is_alone else line.take("retention", "description")
    item = gathering.ALL_DATA if line.is_alone or line.ordinal else line.label
    gathering.add_retentions(draft, text, item=item)


def _risks(draft: Draft, line: Line) -> None:
    draft.note("Risque", line.label if line.is_alone else _said(line.label, line.left()))


def _noted(draft: Draft, line: Line) -> None:
    if line.is_alone or not nothing_said(line.left()):
        draft.note("", line.label if line.is_alone else _said(line.label, line.left()))


BLOCKS: dict[str, Callable[[Draft, Line], None]] = {
    "actors": _actors,
    "purposes": _purposes,
    "lawful_basis": _bases,
    "data_items": _data,
    "sensitive": _data,
    "person_groups": _persons,
    "retentions": _retentions,
    "recipients": _recipients,
    "processors": _processors,
    "transfers": _transfers,
    "security_measures": _measures,
    "rights": _rights,
    "risks": _risks,
    "compliance": _noted,
}
"""Section -> what a line of it does."""

PROSE: dict[str, Callable[[Draft, str, str], None]] = {
    "information": lambda draft, text, _: draft.text("information", text),
    "applications": lambda draft, text, _: draft.text("applications", text),
    "description": lambda draft, text, _: draft.text("description", text),
    "access_rights": gathering.access_rights,
}
"""Blocks of free text."""
