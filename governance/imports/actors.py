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

_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"(?:\+|\b0|\(0?\d)[\dxX](?:[ .\-()]{0,3}[\dxX]){7,14}\b")
_LABEL = re.compile(r"\b(?:t[ée]l(?:[ée]phone)?|(?:adresse )?m[ée]l|e-?mail|mail|courriel)[ .:]{0,4}$", re.IGNORECASE)
_STREET = re.compile(
    r"[,\n–—-]\s?((?:\d{1,4}[ ,](?:bis |ter )?\s?)?"
    r"(?:rue|avenue|av\.?|boulevard|bd|place|chemin|route|impasse|all[ée]e|quai|cours|square|bp|cs|zone|za|zi)\b)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[,\s]\s?(\d{5})\s([^,\n\d]{1,60})(?:[,\n]\s?([^,\n]{1,60}))?$")
_LONGEST = 1000
"""A longer cell is a text, in which no address is looked for."""
_LOOSE = " \t\n,;:-–—/|"

Actor = dict[str, Any]


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text.strip()) is not None


def is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text.strip()) is not None


def told_apart(text: str, lexicon: Lexicon) -> Actor:
    """What one cell says of an actor: its name, and the other keys of LIMITS and "country" as far as it says them."""
    if len(text) > _LONGEST:
        return {"name": text}
    actor: Actor = {}
    for key, pattern in (("email", _EMAIL), ("phone", _PHONE)):
        match = pattern.search(text)
        if match:
            actor[key] = match[0].strip()
            text = f"{_LABEL.sub('', text[: match.start()]).rstrip(_LOOSE)}\n{text[match.end() :].lstrip(_LOOSE)}"
    text = text.strip(_LOOSE)
    place, street = _PLACE.search(text), _STREET.search(text)
    if place and street and street.start() < place.start():
        country = lexicon.exact("countries", place[3]) if place[3] else None
        if country or not place[3]:
            actor |= {"address": text[street.start(1) : place.start()].strip(_LOOSE), "postcode": place[1]}
            actor |= {"city": place[2].strip(_LOOSE), **({"country": country} if country else {})}
            text = text[: street.start()]
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
