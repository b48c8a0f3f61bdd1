"""Transfers outside the European Economic Area: said by yes or no, in words, or in three columns."""

from collections.abc import Callable

from governance.imports.draft import Draft
from governance.imports.findings import Severity
from governance.imports.formats.sheets import Cell
from governance.imports.listing import small_items
from governance.imports.values import nothing_but, nothing_said, words_of, yes_or_no

TITLE = "Transferts hors UE"
UNNAMED = "Destinataire à préciser"
_LIMIT = 200
SHIELD = (
    "Le Privacy Shield a été invalidé (CJUE, 16 juillet 2020) : il est gardé dans les précisions, "
    "indiquez la garantie actuelle."
)


def transfers(draft: Draft, text: str, value: Cell) -> None:
    """« Oui », « Non », either with a comment, or the transfers themselves."""
    said, rest = yes_or_no(text)
    if said is False or nothing_said(text) or (said is None and nothing_but(text)):
        draft.fields.setdefault("transfers_exist", False)
        more = rest if said is False else "" if nothing_said(text) else text
        if more:
            draft.note(TITLE, more)
        return
    draft.fields["transfers_exist"] = True
    if rest:
        _in_words(draft, rest)


def _in_words(draft: Draft, text: str) -> None:
    countries = list(dict.fromkeys(match.code for match in draft.lexicon.found("countries", text)))
    outside = [code for code in countries if not draft.lexicon.facts("countries", code).get("eea")]
    mechanism = draft.lexicon.only("transfer_mechanisms", text)
    for country in outside:
        _add(draft, text, country, mechanism)
    if not outside:
        _add(draft, text, None, mechanism)
    missing = [what for what, known in (("le pays", outside), ("la garantie", mechanism)) if not known]
    if missing:
        draft.doubt(f"Transfert repris avec ces mots : précisez {' et '.join(missing)}.")


def transfer_country(draft: Draft, text: str, value: Cell) -> None:
    if nothing_said(text):
        return
    for item in small_items(text):
        code = country_of(draft, item)
        if code:
            draft.wait("countries", code)


def country_of(draft: Draft, text: str) -> str | None:
    """The code of a country; an unknown one goes to the notes, one of the EEA is doubted."""
    code = draft.lexicon.only("countries", text)
    if code is None:
        draft.note("Pays de transfert", text)
        draft.doubt("Pays non reconnu : il est repris dans les notes internes. Un nom de pays en français est attendu.")
    elif draft.lexicon.facts("countries", code).get("eea"):
        draft.doubt("Ce pays est dans l’Espace économique européen : ce n’est pas un transfert hors UE.")
    return code


def transfer_mechanism(draft: Draft, text: str, value: Cell) -> None:
    if not nothing_said(text):
        draft.wait("mechanisms", text)


def transfer_document(draft: Draft, text: str, value: Cell) -> None:
    if not nothing_said(text):
        draft.wait("documents", text)


def mechanism_of(draft: Draft, text: str) -> tuple[str | None, str | None]:
    """(code, what of the text the code does not say) of a guarantee, with the doubts that it deserves."""
    if "privacy shield" in words_of(text):
        draft.doubt(SHIELD)
        return None, text
    code = draft.lexicon.only("transfer_mechanisms", text)
    if code is None:
        expected = draft.lexicon.expected("transfer_mechanisms")
        draft.doubt(f"Garantie non reconnue : elle est gardée dans les précisions. Sont attendues : {expected}")
        return None, text
    return code, None if draft.lexicon.exact("transfer_mechanisms", text) or len(text) <= _SAID else text


_SAID = 50
"""A guarantee in so few words says no more than its code."""


def add_row(
    draft: Draft, recipient: str, country: str, mechanism: str, document: str, point: Callable[[Draft, str], None]
) -> None:
    """One line of a table of transfers; `point` sets the cell that the next issues are about."""
    said = [text for text in (recipient, country, mechanism) if text and not nothing_said(text)]
    if not said or (recipient and (nothing_said(recipient) or nothing_but(recipient))):
        draft.fields.setdefault("transfers_exist", False)
        for text in (recipient, document):
            if text and not nothing_said(text):
                point(draft, text)
                draft.note(TITLE, text)
                draft.inform("Aucun transfert n’est repris ; cette précision est dans les notes internes.")
        return
    draft.fields["transfers_exist"] = True
    point(draft, country)
    code = country_of(draft, country) if country and not nothing_said(country) else None
    point(draft, mechanism)
    guarantee, details = mechanism_of(draft, mechanism) if mechanism and not nothing_said(mechanism) else (None, None)
    _add(draft, recipient or UNNAMED, code, guarantee, document, details)


def _add(
    draft: Draft,
    recipient: str,
    country: str | None,
    mechanism: str | None,
    document: str = "",
    details: str | None = None,
) -> None:
    name = recipient if len(recipient) <= _LIMIT else UNNAMED
    more = [text for text in (details, recipient if name is UNNAMED and recipient != UNNAMED else None) if text]
    draft.add(
        "transfers",
        recipient=name,
        country=country,
        mechanism=mechanism,
        document=None if nothing_said(document) else document,
        details="\n".join(more),
    )


def settle(draft: Draft) -> None:
    """Bring together the country, the guarantee and the document that came in columns of their own."""
    countries = list(dict.fromkeys(code for code, _ in draft.waiting.get("countries", ())))
    for code in countries if not draft.parts.get("transfers") else ():
        draft.add("transfers", recipient=UNNAMED, country=code)
        draft.fields["transfers_exist"] = True
    rows = draft.parts.get("transfers", [])
    if len(countries) == 1 and len(rows) == 1:
        rows[0].setdefault("country", countries[0])
    for text, spot in draft.waiting.get("mechanisms", ()):
        draft.at(spot[1], spot[2], spot[3], spot[0])
        if not rows:
            draft.note(f"{TITLE}, garanties", text)
            draft.say(
                Severity.DOUBT, "Une garantie est indiquée alors qu’aucun transfert ne l’est : elle est notée.", spot
            )
            continue
        code, details = mechanism_of(draft, text)
        for row in rows:
            row.update(
                {key: found for key, found in (("mechanism", code), ("details", details)) if found and key not in row}
            )
    for text, _ in draft.waiting.get("documents", ()):
        if rows:
            rows[0].setdefault("document", text)
        else:
            draft.note(f"{TITLE}, documentation", text)
