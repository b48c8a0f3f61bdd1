"""The pack of evidence: a zip of documents, an index in PDF, and a signed manifest that tells the digest of each.

Whoever has the zip and the public key checks it without Vigie: docs/verifier-un-dossier.md, repeated inside.
"""

import datetime as dt
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from exports import pdf
from exports.signed import Fault, Keys, Refused, canonical, verify
from exports.texts import day
from models.base import day_of
from models.search import fold
from models.vocabulary import N_

KIND = "pack"
MANIFEST, INDEX, README = "manifeste.json", "index.pdf", "LISEZ-MOI.txt"
CHUNK = 2**20
LONGEST_NAME = 80
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+", re.ASCII)


@dataclass(frozen=True)
class Piece:
    """A document to put in the pack: where, under which title, what it proves, and where its bytes are."""

    path: str
    title: str
    about: str
    source: Path | IO[bytes]
    sha256: str | None = None
    """The digest that its record tells, when there is one: a file that is no longer it is not passed off as it."""


@dataclass(frozen=True)
class Packed:
    """A document as it is in the pack."""

    path: str
    title: str
    about: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Made:
    """What was put in, and the titles of what could not be (a file gone, or altered)."""

    files: Sequence[Packed]
    missing: Sequence[str]

    @property
    def documents(self) -> int:
        """How many were put in, beside what the pack says of itself."""
        return sum(one.path not in (INDEX, README) for one in self.files)


@dataclass(frozen=True)
class Head:
    """What a pack says of itself."""

    audience: str
    of: str
    by: str
    at: dt.datetime
    summary: Sequence[tuple[str, str]] = ()
    """(what, where it stands) of each indicator, as the index tells it."""
    opinions: Sequence[tuple[str, ...]] = ()
    """(action, body, day, opinion, minutes) of what governance bodies said."""
    reserved: Sequence[str] = ()
    """What it holds that tells weaknesses, which the index says first."""


def file_name(title: str) -> str:
    """A name that every system takes: letters without accents, digits, dots and dashes."""
    return _NOT_IN_A_NAME.sub("-", fold(title)).strip("-.")[:LONGEST_NAME] or "document"


def write(
    target: IO[bytes], head: Head, pieces: Iterable[Piece], tell: Callable[[int], None] = lambda _done: None
) -> Made:
    """Write all but the manifest into `target`, reading each document once; `tell` hears how many are done."""
    files: list[Packed] = []
    missing: list[str] = []
    taken = {INDEX, README, MANIFEST}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for number, piece in enumerate(pieces, start=1):
            packed = _add(archive, piece, taken)
            if packed is None:
                missing.append(f"{piece.title} ({piece.about})" if piece.about else piece.title)
            else:
                files.append(packed)
            tell(number)
        files.append(_add_bytes(archive, INDEX, N_("Index"), index(head, files, missing)))
        files.append(_add_bytes(archive, README, README, _read_me(head)))
    return Made(files, missing)


def manifest(head: Head, made: Made) -> dict[str, Any]:
    """What is signed: of whom, for whom, when, and the digest of each file."""
    return {
        "type": KIND,
        "version": 1,
        "audience": head.audience,
        "reserved": list(head.reserved),
        "of": head.of,
        "made_at": head.at.isoformat(),
        "made_by": head.by,
        "files": [{"path": one.path, "sha256": one.sha256, "size": one.size} for one in made.files],
        "missing": list(made.missing),
    }


def seal(target: IO[bytes], envelope: dict[str, Any]) -> None:
    """Put the signed manifest into a pack that was written."""
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, canonical(envelope))


def _add(archive: zipfile.ZipFile, piece: Piece, taken: set[str]) -> Packed | None:
    """Copy one document in, unless its file is gone or is no longer what its record tells."""
    path = _free(piece.path, taken)
    if isinstance(piece.source, Path):
        if not _is_whole(piece.source, piece.sha256):
            return None
        with piece.source.open("rb") as content:
            return _copy(archive, path, piece, content)
    with piece.source as content:
        return _copy(archive, path, piece, content)


def _free(path: str, taken: set[str]) -> str:
    stem, dot, ending = path.rpartition(".")
    number, free = 2, path
    while free in taken:
        free, number = f"{stem}-{number}{dot}{ending}", number + 1
    taken.add(free)
    return free


def _is_whole(path: Path, sha256: str | None) -> bool:
    try:
        with path.open("rb") as content:
            return sha256 is None or hashlib.file_digest(content, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _copy(archive: zipfile.ZipFile, path: str, piece: Piece, content: IO[bytes]) -> Packed:
    digest, size = hashlib.sha256(), 0
    with archive.open(path, "w", force_zip64=True) as member:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            member.write(chunk)
            size += len(chunk)
    return Packed(path, piece.title, piece.about, digest.hexdigest(), size)


def _add_bytes(archive: zipfile.ZipFile, name: str, title: str, content: bytes) -> Packed:
    return _copy(archive, name, Piece(name, title, "", io.BytesIO(content)), io.BytesIO(content))


def index(head: Head, files: Sequence[Packed], missing: Sequence[str]) -> bytes:
    """The index as an accessible PDF: where each indicator stands, then every document with its digest."""
    groups: dict[str, list[list[str]]] = {}
    for one in files:
        groups.setdefault(one.about or N_("Documents"), []).append([one.title, one.path, one.sha256])
    told = {
        "title": f"{N_('Dossier de preuves')} – {head.of}",
        "heading": N_("Dossier de preuves"),
        "author": head.of,
        "lead": N_("%(audience)s. Constitué le %(day)s par %(who)s ; %(count)s documents.")
        % {
            "audience": head.audience,
            "day": day(day_of(head.at)),
            "who": head.by,
            "count": len(files),
        },
        "reserved": list(head.reserved),
        "reserved_title": N_("Diffusion restreinte : ce dossier contient"),
        "summary": [list(pair) for pair in head.summary],
        "opinions": [list(line) for line in head.opinions],
        "opinions_title": N_("Avis et validations des instances"),
        "opinions_heads": [N_("Action"), N_("Instance"), N_("Date"), N_("Avis"), N_("Procès-verbal")],
        "heads": [N_("Document"), N_("Fichier"), N_("Empreinte SHA-256")],
        "groups": [{"title": title, "rows": rows} for title, rows in groups.items()],
        "missing": list(missing),
        "missing_title": N_("Pièces absentes : leur fichier manque ou a été modifié"),
        "summary_title": N_("Où en sont les indicateurs"),
    }
    return pdf.render(pdf.TEMPLATES / "hopen" / "index.typ", told, head.at)


def _read_me(head: Head) -> bytes:
    text = Path(__file__).with_name("read_me.txt").read_text(encoding="utf-8")
    return text.replace("{of}", head.of).encode()


# The checker


@dataclass(frozen=True)
class Verdict:
    """What a check comes to: 0 whole, 1 altered, 2 nothing can be said; and a French sentence."""

    status: int
    sentence: str


def check(content: IO[bytes], keys: Keys) -> Verdict:
    """Check a pack against public keys that one trusts. Reads each document once; needs no database, no network."""
    try:
        with zipfile.ZipFile(content) as archive:
            document = verify(archive.read(MANIFEST), KIND, keys)
            return _compared(archive, document)
    except Refused as refused:
        return Verdict(2 if refused.fault is Fault.UNKNOWN_KEY else 1, refused.fault.label)
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, EOFError, OSError):
        return Verdict(1, N_("Ce fichier n’est pas un dossier de preuves de Vigie, ou il est tronqué."))


def _compared(archive: zipfile.ZipFile, document: Mapping[str, Any]) -> Verdict:
    told = {one["path"]: one for one in document["files"]}
    held = [name for name in archive.namelist() if name != MANIFEST]
    strangers = sorted({*held} - told.keys()) + sorted(name for name in told if held.count(name) > 1)
    gone = sorted(told.keys() - {*held})
    altered = [name for name, one in told.items() if name in held and not _same(archive, name, one)]
    faults = ((N_("en trop : %s"), strangers), (N_("absents : %s"), gone), (N_("modifiés : %s"), altered))
    if said := " ; ".join(text % ", ".join(names) for text, names in faults if names):
        return Verdict(1, N_("Le dossier a été modifié, %s.") % said)
    told_of = {"count": len(told), "kid": document["kid"], "at": document["made_at"][:10], "of": document["of"]}
    return Verdict(
        0,
        N_("Dossier authentique : %(count)s fichiers conformes au manifeste (%(of)s, %(at)s, clé %(kid)s).") % told_of,
    )


def _same(archive: zipfile.ZipFile, name: str, told: Mapping[str, Any]) -> bool:
    if archive.getinfo(name).file_size != told["size"]:
        return False
    with archive.open(name) as member:
        return bool(hashlib.file_digest(member, "sha256").hexdigest() == told["sha256"])  # type: ignore[arg-type]
