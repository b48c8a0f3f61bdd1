"""Backups: every table as JSON lines, the files of attachments and of packs, in one zip with a manifest, restored into
an empty database of either kind.

The keys (DATA_DIR/keys) are left out on purpose: who steals a backup cannot open the sealed secrets. Keep them apart.
"""

import base64
import datetime as dt
import hashlib
import json
import os
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, Select, Table, func, insert, select
from sqlalchemy.exc import OperationalError, StatementError

from governance import disk, files, schema
from governance.database import writing
from models.base import Base, now
from models.evidence import Attachment
from models.hopen.pack import KEPT_FOR, Pack
from models.installation import Installation
from models.vocabulary import N_

FORMAT, MANIFEST = "vigie-backup-1", "manifest.json"
FOLDERS = ("files", "packs")
"""The folders of DATA_DIR that are saved: bytes by their digest, those that the rows name."""
CHUNK = 1000
PLANTED = frozenset({"installation", "term", "typical_processing"})
"""What `flask db upgrade` itself puts in an empty database; a backup brings its own."""
BROKEN = (KeyError, ValueError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What a damaged zip makes its reader raise."""
NO_BACKUP = N_("Ce fichier n’est pas une sauvegarde de Vigie, ou il est abîmé.")


class Refused(Exception):
    """A backup cannot be made or restored; the message is a French sentence."""


@dataclass(frozen=True)
class Saved:
    """How many rows and files went into a backup or came out of one; `missing`: digests of absent files."""

    rows: int
    files: int
    missing: list[str]


def tables() -> list[Table]:
    """Every table, each after those it points to."""
    return list(Base.metadata.sorted_tables)


def backup(engine: Engine, data: Path, target: Path) -> Saved:
    """Write all rows to `target` as they stand at one moment, with the files that they name and that are in `data`.

    Raises Refused if the target exists. A file that is missing is said, and does not keep the rest from being saved.
    """
    if target.exists():
        raise Refused(N_("Le fichier existe déjà : choisissez un autre nom."))
    draft = target.with_name(target.name + ".en-cours")
    draft.unlink(missing_ok=True)  # of a backup that was killed
    try:
        saved = _write(engine, data, draft)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return saved


def _write(engine: Engine, data: Path, draft: Path) -> Saved:
    digests: dict[str, str] = {}
    count = 0
    private = os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
    with (
        private,
        engine.connect().execution_options(**_snapshot(engine)) as connection,
        zipfile.ZipFile(private, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for table in tables():
            digest = hashlib.sha256()
            with archive.open(f"{table.name}.jsonl", "w") as member:
                for line in _lines(connection, table):
                    member.write(line)
                    digest.update(line)
                    count += 1
            digests[table.name] = digest.hexdigest()
        kept, missing = _add_files(connection, data, archive)
        made = {"revision": schema.current(engine), "made_at": now().isoformat()}
        manifest = {"format": FORMAT, **made, "tables": digests, **kept}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
    return Saved(count, sum(map(len, kept.values())), missing)


def _named() -> dict[str, Select[Any]]:
    """The digests that must be in each folder: those of attachments that stay, and of packs not yet erased."""
    return {
        "files": select(Attachment.sha256).where(Attachment.purged_at.is_(None)),
        "packs": select(Pack.sha256).where(Pack.created_at >= now() - KEPT_FOR),
    }


def _add_files(connection: Connection, data: Path, archive: zipfile.ZipFile) -> tuple[dict[str, list[str]], list[str]]:
    """Put in the files that rows name; gives the digests of those put in, by folder, and of those that are missing."""
    kept: dict[str, list[str]] = {}
    missing = []
    for folder, named in _named().items():
        kept[folder] = []
        for digest in sorted(set(connection.scalars(named))):
            try:
                archive.write(files.place(digest, data / folder), f"{folder}/{digest}", zipfile.ZIP_STORED)
                kept[folder].append(digest)
            except FileNotFoundError:
                missing.append(digest)
    return kept, missing


def _snapshot(engine: Engine) -> dict[str, Any]:
    """One moment for all tables: SQLite's transactions give it by themselves, PostgreSQL's when asked."""
    return {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    ordered = select(table).order_by(*_parents_first(table), *table.primary_key.columns)
    rows = connection.execution_options(yield_per=CHUNK).execute(ordered)
    for row in rows.mappings():
        yield json.dumps({key: _plain(value) for key, value in row.items()}, ensure_ascii=False).encode() + b"\n"


def _parents_first(table: Table) -> list[Any]:
    """A row that points to another of its own table comes after it: those that point to nothing come first."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    return [column.is_not(None) for column in own]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def restore(engine: Engine, data: Path, source: Path) -> Saved:
    """Fill an empty database from a backup, and the folders of `data`; then bring the database up to this version.

    Raises Refused, before anything is written, for a damaged or foreign file, a newer version, or a database in use.
    """
    archive, manifest = _opened(source)
    _refuse_used(engine)
    with archive:
        _refuse_damaged(archive, manifest)
        _make_room(engine, manifest["revision"])
        for folder, digest in _files(manifest):
            with archive.open(f"{folder}/{digest}") as member:
                files.keep(member, data / folder)
        count = 0
        with writing(), engine.begin() as connection:
            for table in tables():
                if table.name in PLANTED:
                    connection.execute(table.delete())
                if table.name in manifest["tables"]:
                    count += _filled(connection, table, archive)
    schema.upgrade(engine)
    return Saved(count, len(_files(manifest)), [])


def _files(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """(folder, digest) of each file of a backup; those made before packs were saved name none."""
    return [(folder, digest) for folder in FOLDERS for digest in manifest.get(folder, ())]


def _opened(source: Path) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    try:
        archive = zipfile.ZipFile(source)
        manifest = json.loads(archive.read(MANIFEST))
    except FileNotFoundError:
        raise Refused(N_("Ce fichier n’existe pas.")) from None
    except (PermissionError, IsADirectoryError) as fault:
        raise Refused(N_("Ce fichier ne se lit pas : %s.") % disk.reason(fault)) from None
    except BROKEN:
        raise Refused(NO_BACKUP) from None
    if not isinstance(manifest, dict):
        raise Refused(NO_BACKUP)
    if manifest.get("format") != FORMAT:
        raise Refused(N_("Cette sauvegarde vient d’une autre version de Vigie."))
    if not _is_whole(manifest, archive):
        raise Refused(N_("La sauvegarde est abîmée : son sommaire ne dit pas ce qu’elle contient."))
    return archive, manifest


def _is_whole(manifest: dict[str, Any], archive: zipfile.ZipFile) -> bool:
    """Whether a manifest names its revision, each table that is there, and files by their digests."""
    named = manifest.get("tables")
    there = {name.removesuffix(".jsonl") for name in archive.namelist() if name.endswith(".jsonl")}
    return (
        isinstance(manifest.get("revision"), str)
        and isinstance(named, dict)
        and Installation.__tablename__ in named
        and there <= set(named)
        and all(isinstance(manifest.get(folder, []), list) for folder in FOLDERS)
    )


def _refuse_used(engine: Engine) -> None:
    with engine.connect() as connection:
        there = [one for one in tables() if one.name not in PLANTED and engine.dialect.has_table(connection, one.name)]
        if any(connection.scalar(select(func.count()).select_from(table)) for table in there):
            raise Refused(N_("La base contient déjà des données : une sauvegarde se restaure dans une base vide."))


def _refuse_damaged(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    for name, expected in manifest["tables"].items():
        if _digest(archive, f"{name}.jsonl") != expected:
            raise Refused(N_("La sauvegarde est abîmée : la table %s ne correspond pas à son empreinte.") % name)
    for folder, expected in _files(manifest):
        if _digest(archive, f"{folder}/{expected}") != expected:
            raise Refused(N_("La sauvegarde est abîmée : la pièce %s ne correspond pas à son empreinte.") % expected)


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    """The SHA-256 of a member; "" when it is missing or broken."""
    try:
        with archive.open(name) as member:
            return hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
    except BROKEN:
        return ""


def _make_room(engine: Engine, revision: str) -> None:
    if not schema.knows(revision):
        raise Refused(N_("Cette sauvegarde vient d’une version plus récente de Vigie : mettez d’abord Vigie à jour."))
    schema.upgrade(engine, revision)


def _filled(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    """How many rows went into a table. Raises Refused for what no row of that table can be."""
    try:
        return _fill(connection, table, archive)
    except OperationalError:  # the database itself fails
        raise
    except (ValueError, TypeError, AttributeError, StatementError):
        raise Refused(N_("La sauvegarde est abîmée : la table %s contient une ligne illisible.") % table.name) from None


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    rows: list[dict[str, Any]] = []
    count = 0
    with archive.open(f"{table.name}.jsonl") as member:
        for line in member:
            rows.append(_row(table, json.loads(line)))
            count += 1
            if len(rows) == CHUNK:
                connection.execute(insert(table), rows)
                rows = []
    if rows:
        connection.execute(insert(table), rows)
    return count


def _row(table: Table, plain: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.columns[name].type, value) for name, value in plain.items() if name in table.columns}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    python = getattr(kind, "impl", kind).python_type if not hasattr(kind, "enums") else str
    if python in (dt.datetime, dt.date):
        return python.fromisoformat(value)
    return uuid.UUID(value) if python is uuid.UUID else value
