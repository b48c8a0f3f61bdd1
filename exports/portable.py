"""The register as JSON with a schema number: what comes out can come in, here or in another house."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from exports.columns import portable
from exports.publication import activity_columns, part_columns, processor_columns, sub_processor_columns
from models.establishments import Establishment
from models.journal import Journaled
from models.register.activity import Activity
from models.register.processor import Processor
from models.versions import canonical
from models.vocabulary import N_

FORMAT, SCHEMA = "vigie-register", 1

Record = dict[str, Any]
"""{"id", "fields": {name: value}, "parts": {collection: [{"id", name: value}]}}, values as JSON keeps them."""


class NotReadable(ValueError):
    """A file is not a register that this version of Vigie can read; the message says why, in French."""


def records(activities: Iterable[Activity], public: bool = False) -> list[Record]:
    """Each activity as plain data, names instead of foreign keys, without what a public version withholds."""
    fields = {column.key for column in activity_columns(public)}
    parts = {name: {"id", *(column.key for column in columns)} for name, columns in part_columns(public).items()}
    return [_kept(portable(activity), fields, parts) for activity in activities]


def _kept(record: Record, fields: set[str], parts: dict[str, set[str]]) -> Record:
    return {
        "id": record["id"],
        "fields": {name: value for name, value in record["fields"].items() if name in fields},
        "parts": {
            collection: [{name: value for name, value in row.items() if name in parts[collection]} for row in rows]
            for collection, rows in record["parts"].items()
            if collection in parts
        },
    }


def digest(content: Any) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of `content`: equal contents, equal digests, in every export."""
    return hashlib.sha256(canonical(content)).hexdigest()


def dump(
    activities: Iterable[Activity],
    establishment: Establishment,
    at: dt.datetime,
    *,
    processors: Iterable[Processor] = (),
    public: bool = False,
) -> bytes:
    """The register as UTF-8 JSON, keys sorted; `digest` is that of "activities", which the booklet prints too."""
    content = records(activities, public)
    whole = {
        "format": FORMAT,
        "schema": SCHEMA,
        "exported_at": at.isoformat(),
        "establishment": {"code": establishment.code, "name": establishment.name},
        "public": public,
        "digest": digest(content),
        "activities": content,
        "processors": [_processor(processor, public) for processor in processors],
    }
    return (json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def _processor(processor: Processor, public: bool) -> Record:
    below = [_told(sub, [column.key for column in sub_processor_columns(public)]) for sub in processor.sub_processors]
    fields = _told(processor, [column.key for column in processor_columns(public)])
    return {"id": fields.pop("id"), "fields": fields, "sub_processors": below}


def _told(record: Journaled, keys: Iterable[str]) -> dict[str, Any]:
    return {"id": str(record.id), **{key: record.told(key) for key in keys}}


def load(content: bytes) -> dict[str, Any]:
    """What `dump` wrote, its outer shape checked (the values are the importer's to judge). Raises NotReadable."""
    try:
        whole = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NotReadable(N_("Ce fichier n’est pas du JSON lisible.")) from None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise NotReadable(N_("Ce fichier JSON n’est pas un registre exporté par Vigie."))
    if whole.get("schema") != SCHEMA:
        raise NotReadable(
            N_("Ce registre est au schéma n° {found} ; cette version de Vigie lit le schéma n° {known}.").format(
                found=whole.get("schema"), known=SCHEMA
            )
        )
    if not _is_list_of_records(whole.get("activities")) or not isinstance(whole.get("processors", []), list):
        raise NotReadable(N_("Ce registre est incomplet : la liste des fiches manque ou n’a pas la forme attendue."))
    return whole


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_list_of_records(found: Any) -> bool:
    return isinstance(found, list) and all(
        isinstance(record, dict)
        and isinstance(record.get("fields"), dict)
        and isinstance(record.get("parts"), dict)
        and all(
            isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in record["parts"].values()
        )
        for record in found
    )
