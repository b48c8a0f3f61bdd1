"""From a typical processing of the catalogue to the plain record that a new activity starts from."""

from typing import Any

from models.register.words import Kind, Stage, Status
from models.vocabulary import N_

Content = dict[str, Any]


def record_from(content: Content) -> dict[str, Any]:
    """The proposal that `content` (of a TypicalProcessing) makes, as the plain record of `models.register.portable`.

    What only the hospital can state stays open: transfers, sources, contacts, information, automated decisions. The
    doubtful retention periods keep their mark.
    """
    return {"fields": _fields(content), "parts": _parts(content)}


def _fields(content: Content) -> dict[str, Any]:
    return {
        "name": content["name_fr"],
        "kind": Kind.CONTROLLER.value,
        "status": Status.DRAFT.value,
        "domain": content["domain"],
        "owner_service": ", ".join(content["owner_services_fr"]),
        "sensitive": content["sensitive"],
        "dpia_criteria": list(content["dpia"]["criteria"]) or None,
        "dpia_listed": "listed_type" in content["dpia"] or None,
        "notes": _notes(content),
        "typical_code": content["id"],
    }


def _notes(content: Content) -> str | None:
    lines = [content["note_fr"] or ""]
    if content["lawful_basis_alternative_fr"]:
        lines.append(N_("Autre base légale possible : ") + content["lawful_basis_alternative_fr"])
    if content["in_patient_notice"]:
        lines.append(N_("À mentionner dans l’information des patients."))
    return "\n".join(filter(None, lines)) or None


def _parts(content: Content) -> dict[str, list[dict[str, Any]]]:
    return {
        "purposes": _purposes(content),
        "person_groups": [{"category": code} for code in content["data_subjects"]],
        "data_items": [{"category": code} for code in content["data_categories"]],
        "retentions": [_retention(row) for row in content["retention"]],
        "recipients": [dict(row) for row in content["recipients"]],
        "security_measures": [{"category": code} for code in content["security_measure_categories"]],
    }


def _purposes(content: Content) -> list[dict[str, Any]]:
    """The main purpose, then the others, which rest on the same basis until the DPO says otherwise."""
    basis = {
        "lawful_basis": content["lawful_basis"],
        "lawful_basis_reference": content["lawful_basis_reference_fr"],
        "art9_condition": content["art9_condition"],
    }
    return [{"label": label, **basis} for label in (content["main_purpose_fr"], *content["sub_purposes_fr"])]


def _retention(row: Content) -> dict[str, Any]:
    return {
        "item": row["item_fr"],
        "stage": Stage.ACTIVE.value,
        "duration": row["duration"],
        "unit": row["unit"],
        "wording": row.get("wording_fr"),
        "trigger": row["trigger"],
        "reference": row["legal_reference_fr"],
        "confidence": row["confidence"],
    }
