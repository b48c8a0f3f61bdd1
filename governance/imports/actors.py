"""Finds the name, address, telephone and e-mail of a body or person in cells that mix them."""

import re
from collections.abc import Mapping
from typing import Any

from governance.imports.lexicon import Lexicon
from models.register.words import ActorRole

ROLES = {
    "controller": ActorRole.CONTROLLER,
    "dpo": ActorRole.DPO,
    "dpo_company": ActorRole.DPO_COMPANY,
    "representative": ActorRole.REPRESENTATIVE,
    "joint_controllers": ActorRole.JOINT_CONTROLLER,
    "served_controller": ActorRole.SERVED_CONTROLLER,
}
"""The role that each target of an actor names."""

LIMITS = {"name": 200, "address": 200, "postcode": 40, "city": 200, "phone": 40, "email": 200}
FRENCH_POSTCODE = 5

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?:\+|\b0|\(0?\d)[\dxX](?:[ .\-()]*[\dxX]){7,14}\b")
_LABEL = re.compile(
    r"\b(?:t[ée]l(?:[ée]phone)?|mail|e-mail|courriel|m[ée]l|adresse m[ée]l|email)\s*\.?\s*:?\s*$", re.IGNORECASE
)
_GLUED = re.compile(
    r"(?P<name>.+?)[,\n–—-]\s*(?P<address>(?:\d{1,4}\s*(?:bis|ter)?[ ,]\s*)?"
    r"(?:rue|avenue|av\.?|boulevard|bd|place|chemin|route|impasse|all[ée]e|quai|cours|square|bp|cs|zone|za|zi)\b.*?)[,\n]?\s+"
    r"(?P<postcode>\d{5})\s+(?P<city>[^,\n\d]+?)(?:\s*[,\n]\s*(?P<country>[^,\n]+))?",
    re.IGNORECASE | re.DOTALL,
)
_LOOSE = " \t\n,;:-–—/|"

Actor = dict[str, Any]


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text.strip()) is not None


def is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text.strip()) is not None


def told_apart(text: str, lexicon: Lexicon) -> Actor:
    """What one cell says of an actor: its name, and the other keys of LIMITS and "country" as far as it says them."""
    actor: Actor = {}
    for key, pattern in (("email", _EMAIL), ("phone", _PHONE)):
        match = pattern.search(text)
        if match:
            actor[key] = match[0].strip()
            text = f"{_LABEL.sub('', text[: match.start()]).rstrip(_LOOSE)}\n{text[match.end() :].lstrip(_LOOSE)}"
    glued = _GLUED.fullmatch(text.strip(_LOOSE))
    if glued:
        country = lexicon.exact("countries", glued["country"]) if glued["country"] else None
        if country or not glued["country"]:
            actor |= {key: glued[key].strip(_LOOSE) for key in ("address", "postcode", "city")}
            actor |= {"country": country} if country else {}
            text = glued["name"]
    return {"name": ", ".join(line.strip(_LOOSE) for line in text.splitlines() if line.strip(_LOOSE)), **actor}


def put_right(cells: Mapping[str, str], beyond: str) -> dict[str, str]:
    """The cells of an actor by column, telephone and e-mail moved to their columns by what they look like.

    `beyond`: the cell just right of the last column, where they land when they were typed one column too far.
    """
    found = [*cells.items(), ("", beyond)]
    kept = {key: text for key, text in cells.items() if key not in ("phone", "email")}
    for key, looks in (("email", is_email), ("phone", is_phone)):
        text = next((text for _, text in found if looks(text)), cells.get(key, ""))
        moved = next((other for other, value in kept.items() if value == text and looks(value)), None)
        if moved:
            del kept[moved]
        if text and not (key == "email" and is_phone(text)) and not (key == "phone" and is_email(text)):
            kept[key] = text
    return kept


def full_postcode(postcode: str, country: str | None) -> str:
    """A French postcode with the zero that a spreadsheet took for a number's: "1000" -> "01000"."""
    if country in (None, "FR") and postcode.isdecimal() and len(postcode) == FRENCH_POSTCODE - 1:
        return postcode.zfill(FRENCH_POSTCODE)
    return postcode
