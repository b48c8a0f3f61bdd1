"""The vacancy notice of a post to fill, from the models of the catalogue."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from exports.letters import TO_FILL, filled
from exports.paper import Paper, Part, letterhead
from exports.texts import long_day
from models.positions.filling import Filling
from models.vocabulary import N_

MENTION = N_("Avis de vacance, à diffuser avec la fiche de poste")


def notice(told: Mapping[str, Any], filling: Filling, on: dt.date) -> Paper:
    """The notice. `told`: the model; its blanks are filled from the search and its description."""
    known = values(filling, on)
    texts = [(one["code"], one["heading"], filled(one["text"], known)) for one in told["paragraphs"]]
    parts = [
        Part(heading, (_without_gaps(text) if code == "position" else text,))
        for code, heading, text in texts
        if code != "header"
    ]
    return Paper(
        house=filling.establishment.name,
        address=letterhead(filling.establishment),
        kind=told["title"],
        title=filling.title,
        mention=MENTION,
        place=N_("%s, le %s") % (filling.establishment.city or "", long_day(on)),
        parts=tuple(parts),
    )


def _without_gaps(text: str) -> str:
    """The sentences of a line of facts that say something: an optional one that nobody filled is left out."""
    return " ".join(f"{one.rstrip('.')}." for one in text.split(". ") if TO_FILL not in one)


def values(filling: Filling, on: dt.date) -> dict[str, str | None]:
    """What fills the blanks of the notice; None where nobody said it."""
    described, home = filling.description, filling.establishment
    ways = home.dpo(on).ways
    covered = ", ".join(place.name for place in described.covered) if described else home.name
    return {
        "etablissement": home.name,
        "fonction": filling.title,
        "perimetre": covered,
        "quotite": str(described.quotity) if described and described.quotity else None,
        "rattachement": described.reports_to if described else None,
        "version_fiche": str(described.validated_version) if described and described.validated_version else None,
        "date_effet": long_day(filling.needed_by) if filling.needed_by else None,
        "contact_candidature": filling.apply_to,
        "date_limite": long_day(filling.apply_before) if filling.apply_before else None,
        "contact_dpo": ways[0] if ways else None,
    }
