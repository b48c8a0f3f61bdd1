"""Purposes and lawful bases: each purpose gets its own basis, and a basis that could be of several is never guessed."""

import re
from dataclasses import dataclass

from governance.imports.draft import Draft
from governance.imports.findings import Record, Severity
from governance.imports.formats.sheets import Cell
from governance.imports.lexicon import Lexicon
from governance.imports.listing import items
from governance.imports.values import nothing_said
from models.search import fold

_ASIDE = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile(r"[;+/\n,]|\bet\b|\bou\b|\band\b", re.IGNORECASE)
_ARTICLE_6 = re.compile(r"\b6\W{0,2}1\W{0,3}([a-f])\b|\bart(?:icle)?s?\W{0,2}6\W{0,3}([a-f])\b")
_ARTICLE_9 = re.compile(r"\b9\W{0,2}2\W{0,3}([a-j])\b")
_BY_LETTER = dict(
    zip(
        "abcdef",
        ("consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"),
        strict=True,
    )
)
_NEAR = 30
"""How far from its beginning a piece of text may name the basis that it is about."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a cell says of the lawful basis (art. 6(1)) and of the condition of article 9; `is_more`: it says more."""

    codes: list[str]
    art9: list[str]
    is_more: bool


def basis_of(text: str, lexicon: Lexicon) -> Basis:
    """The bases that a text names, in its order, by their words or by the letter of article 6."""
    basis: Basis = lexicon.remember(("basis", text), lambda: _basis(text, lexicon))
    return basis


def _basis(text: str, lexicon: Lexicon) -> Basis:
    art9 = [f"art9_2_{letter}" for letter in dict.fromkeys(_ARTICLE_9.findall(fold(text)))]
    exact = lexicon.exact("lawful_bases", text)
    if exact:
        return Basis([exact], art9, is_more=False)
    bare = _ASIDE.sub(" ", text)
    pieces = [piece for piece in _BETWEEN.split(bare) if piece.strip()]
    named = [_named(piece, lexicon) for piece in pieces]
    letters = [_BY_LETTER[one or other] for one, other in _ARTICLE_6.findall(fold(text))]
    codes = list(dict.fromkeys([*filter(None, named), *letters]))
    if not codes:
        codes = list(dict.fromkeys(match.code for match in lexicon.found("lawful_bases", text)))
    return Basis(codes, art9, is_more=bare != text or not all(lexicon.exact("lawful_bases", piece) for piece in pieces))


def _named(piece: str, lexicon: Lexicon) -> str | None:
    found = lexicon.found("lawful_bases", piece)
    return found[0].code if found and found[0].start <= _NEAR else None


# Handlers of cells


def purposes(draft: Draft, text: str, value: Cell) -> None:
    if not nothing_said(text):
        for item in items(text):
            draft.wait("purposes", item)


def lawful_basis(draft: Draft, text: str, value: Cell) -> None:
    if nothing_said(text):
        return
    basis = basis_of(text, draft.lexicon)
    if not basis.codes:
        expected = draft.lexicon.expected("lawful_bases")
        draft.doubt(f"Base légale non reconnue : le texte est gardé à côté de la finalité. Sont attendus : {expected}")
    if basis.is_more or not basis.codes:
        draft.wait("basis_reference", text)
    for code in basis.codes:
        draft.wait("bases", code)
    for code in basis.art9:
        draft.wait("art9", code)


def lawful_basis_reference(draft: Draft, text: str, value: Cell) -> None:
    if not nothing_said(text):
        draft.wait("basis_reference", text)


def legitimate_interest(draft: Draft, text: str, value: Cell) -> None:
    if not nothing_said(text):
        draft.wait("legitimate_interest", text)


def art9_condition(draft: Draft, text: str, value: Cell) -> None:
    if nothing_said(text):
        return
    letters = _ARTICLE_9.findall(fold(text))
    code = f"art9_2_{letters[0]}" if letters else draft.lexicon.only("art9_conditions", text)
    if code:
        draft.wait("art9", code)
    if not code or len(text) > len(code) + 4:
        draft.wait("art9_reference", text)
    if not code:
        draft.doubt("Condition de l’article 9 non reconnue : le texte est gardé. Exemple attendu : « art. 9(2)(h) ».")


# What the whole record decides


_SAID = ("purposes", "bases", "basis_reference", "legitimate_interest", "art9", "art9_reference")


def settle(draft: Draft) -> None:
    """Make the purposes of a record from what its cells said of purposes and bases, since this was last asked."""
    _settle(draft)
    for what in _SAID:
        draft.waiting.pop(what, None)


def _settle(draft: Draft) -> None:
    rows: list[Record] = [{"label": label} for label, _ in draft.waiting.get("purposes", ())]
    bases = list(dict(draft.waiting.get("bases", ())).items())
    spoken = bases or draft.waiting.get("basis_reference")
    if not rows and spoken and draft.fields.get("name"):
        rows = [{"label": draft.fields["name"]}]
        draft.say(Severity.DOUBT, "Aucune finalité n’est écrite : le nom du traitement en tient lieu.", spoken[0][1])
    if not rows:
        return
    main = _share(draft, rows, bases)
    for key, what in (
        ("lawful_basis_reference", "basis_reference"),
        ("legitimate_interest", "legitimate_interest"),
        ("art9_reference", "art9_reference"),
    ):
        texts = list(dict.fromkeys(text for text, _ in draft.waiting.get(what, ())))
        if texts:
            main[0][key] = "\n".join(texts)
    conditions = list(dict(draft.waiting.get("art9", ())).items())
    if conditions:
        main[0]["art9_condition"] = conditions[0][0]
    for code, spot in conditions[1:]:
        label = draft.lexicon.label("art9_conditions", code)
        draft.note("Condition de l’article 9", label)
        draft.say(
            Severity.DOUBT,
            f"Une seule condition de l’article 9 est reprise par finalité ; « {label} » est notée.",
            spot,
        )
    draft.parts.setdefault("purposes", []).extend(rows)


def _share(
    draft: Draft, rows: list[Record], bases: list[tuple[str, tuple[str, int, int | None, object]]]
) -> list[Record]:
    """Give its basis to each purpose; returns the rows of the main purpose.

    One basis is that of all purposes. As many bases as purposes go in their order. Otherwise the main purpose is
    written once per basis, and the others wait: which basis is theirs is the DPO's to say (art. 13(1)(c) wants it).
    """
    if len(bases) <= 1:
        for row in rows if bases else ():
            row["lawful_basis"] = bases[0][0]
        return rows[:1]
    names = ", ".join(f"« {draft.lexicon.label('lawful_bases', code)} »" for code, _ in bases)
    if len(bases) == len(rows):
        for row, (code, _) in zip(rows, bases, strict=True):
            row["lawful_basis"] = code
        sentence = (
            f"Les bases légales {names} ont été données aux finalités dans l’ordre : vérifiez laquelle fonde quoi."
        )
        draft.say(Severity.DOUBT, sentence, bases[0][1])
        return rows[:1]
    main = [{**rows[0], "lawful_basis": code} for code, _ in bases]
    rows[:1] = main
    sentence = f"{len(bases)} bases légales, {names} : la finalité principale est reprise une fois par base. "
    draft.say(Severity.DOUBT, sentence + "Précisez laquelle fonde quoi.", bases[0][1])
    return main
