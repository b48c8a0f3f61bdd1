"""The rules that hold for every procedure of diffusion of an establishment, from the model of the catalogue."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from models.establishments import Establishment
from models.vocabulary import N_
from models.wording import PREPOSED, articled, joined

BODIES = N_("instances décisionnelles de l’établissement")
TAIL = (
    ("objection_handling_fr", N_("Quand une personne s’oppose")),
    ("versions_fr", N_("Versions des supports")),
    ("staff_awareness_fr", N_("Information des agents")),
    ("revision_fr", N_("Révision")),
)
SHARED = {"interviews": N_("Patients informés / patients interrogés")}


def common(model: Mapping[str, Any], establishment: Establishment, on: dt.date) -> dict[str, Any]:
    """The rules that hold for every procedure of an establishment, as plain data: they are frozen with it."""
    told, contact = model["diffusion_procedure"], establishment.dpo(on)
    asked = {row["code"]: row.get("default_fr") for row in model["placeholders"]}
    ways = f" ({contact.ways[0]})" if contact.ways else ""
    values = {**asked, "etablissement": articled(establishment.name), "instances": BODIES}
    values["contact_dpo"] = f"{asked['contact_dpo'] or ''}{ways}"

    def put(text: str) -> str:
        return PREPOSED.sub(lambda found: joined(found[1], values.get(found[2]) or f"[{found[2]}]"), text)

    return {
        "purpose": put(told["purpose_fr"]),
        "scope": put(told["scope_fr"]),
        "roles": [[row["role_fr"], put(row["duty_fr"])] for row in told["roles"]],
        "situations": [[row["label_fr"], row["action_fr"]] for row in told["special_situations"]],
        "checks": [
            [row["label_fr"], row["frequency_fr"], SHARED.get(row["code"], row["measure_fr"])]
            for row in told["monitoring"]
        ],
        "tail": [[title, put(told[code])] for code, title in TAIL],
    }
