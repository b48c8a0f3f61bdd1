"""What a file is: told by its content, then compared with its name. What could run or explode is refused, in French."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from models.vocabulary import N_

MAX_NAME = 200
HEAD = 4096
MAX_INFLATED = 200 * 2**20
MAX_RATIO = 100
RATIO_FROM = 20 * 2**20
"""Below this size, what an archive holds may be as dense as it likes."""
MAX_ENTRIES = 5000
HEADERS_OF_A_MAIL = 2
_ENCRYPTED = 0x1


class Unfit(Exception):
    """A file cannot be accepted; the message is a French sentence for the person who chose it."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that is accepted: what people call it, how its name may end."""

    media_type: str
    title: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

PDF = Kind("application/pdf", N_("un document PDF"), ("pdf",))
PNG = Kind("image/png", N_("une image PNG"), ("png",))
JPEG = Kind("image/jpeg", N_("une photographie JPEG"), ("jpg", "jpeg"))
DOCX = Kind(f"{_OFFICE}.wordprocessingml.document", N_("un document Word"), ("docx",))
XLSX = Kind(f"{_OFFICE}.spreadsheetml.sheet", N_("un classeur Excel"), ("xlsx",))
PPTX = Kind(f"{_OFFICE}.presentationml.presentation", N_("une présentation PowerPoint"), ("pptx",))
ODT = Kind(f"{_OPEN}.text", N_("un texte OpenDocument"), ("odt",))
ODS = Kind(f"{_OPEN}.spreadsheet", N_("un classeur OpenDocument"), ("ods",))
ODP = Kind(f"{_OPEN}.presentation", N_("une présentation OpenDocument"), ("odp",))
TXT = Kind("text/plain", N_("du texte"), ("txt",))
CSV = Kind("text/csv", N_("un tableau CSV"), ("csv",))
EML = Kind("message/rfc822", N_("un courriel"), ("eml",))
MSG = Kind("application/vnd.ms-outlook", N_("un courriel Outlook"), ("msg",))

KINDS = (PDF, PNG, JPEG, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT, CSV, EML, MSG)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)
BY_TYPE = {kind.media_type: kind for kind in KINDS}
MIMETYPES = {ending: kind.media_type for kind in KINDS for ending in kind.endings} | {"json": "application/json"}
"""What each kind of file is sent as, by the ending of its name."""

_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_OPENED = {kind.media_type: kind for kind in (ODT, ODS, ODP)}

_BEGINS_AS_MARKUP = re.compile(r"\s*<\s*[a-z!?%]", re.IGNORECASE)
_MARKUP = re.compile(r"<\s*(!doctype|\?xml|\?php|html|svg|script|iframe|object|embed)\b", re.IGNORECASE)
_HEADER = re.compile(r"(?:^|\n)(From|To|Date|Subject|Received|Return-Path|Message-ID|MIME-Version):\s", re.IGNORECASE)

_ACCEPTED = N_("Acceptés : PDF, PNG, JPEG, documents Word, Excel, PowerPoint et OpenDocument, texte, CSV, courriels.")
_REFUSED = (
    (b"MZ", N_("un programme")),
    (b"\x7fELF", N_("un programme")),
    (b"\xca\xfe\xba\xbe", N_("un programme")),
    (b"\xcf\xfa\xed\xfe", N_("un programme")),
    (b"#!", N_("un programme")),
    (b"GIF8", N_("une image GIF")),
    (b"RIFF", N_("une image, un son ou un film")),
    (b"II*\x00", N_("une image TIFF")),
    (b"MM\x00*", N_("une image TIFF")),
    (b"{\\rtf", N_("un document RTF")),
    (b"7z\xbc\xaf", N_("une archive")),
    (b"Rar!", N_("une archive")),
    (b"\x1f\x8b", N_("une archive")),
    (b"SQLite format 3", N_("une base de données")),
)


def clean_name(typed: str | None) -> str:
    """A file's name without folders, without what cannot be seen, at most 200 characters long with its ending."""
    last = re.split(r"[/\\]", typed or "")[-1]
    seen = "".join(letter for letter in unicodedata.normalize("NFC", last) if unicodedata.category(letter)[0] != "C")
    stem, dot, ending = seen.strip().rpartition(".")
    if not dot:
        return seen.strip()[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}" if len(ending) < 12 else seen.strip()[:MAX_NAME]


def identify(content: IO[bytes], name: str) -> Kind:
    """The kind of a file, from its content; `content` is left at its start.

    Raises Unfit for an empty file, one that is not accepted, or whose name promises something else than it holds.
    """
    head = content.read(HEAD)
    content.seek(0)
    if not head.strip(b"\x00 \t\r\n"):
        raise Unfit(N_("Ce fichier est vide."))
    kinds = _kinds(head, content)
    content.seek(0)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    for kind in kinds:
        if ending in kind.endings:
            return kind
    if ending not in ENDINGS:
        raise Unfit(N_("Un fichier dont le nom finit par « .%s » n’est pas accepté. ") % ending[:20] + _ACCEPTED)
    told = N_("Ce fichier contient %(kind)s, ce que son nom « %(name)s » ne dit pas. ")
    raise Unfit(told % {"kind": kinds[0].title, "name": name} + N_("Vérifiez que c’est le bon, ou renommez-le."))


def _kinds(head: bytes, content: IO[bytes]) -> tuple[Kind, ...]:
    """What the content may be called: one kind, or several for plain text."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return (found(content) if callable(found) else found,)
    for magic, title in _REFUSED:
        if head.startswith(magic):
            raise Unfit(N_("Ce fichier est %s : il n’est pas accepté. ") % title + _ACCEPTED)
    if head[4:8] == b"ftyp":
        raise Unfit(N_("Ce fichier est %s : il n’est pas accepté. ") % N_("une photographie ou un film") + _ACCEPTED)
    return _text_kinds(content.read())


def _text_kinds(data: bytes) -> tuple[Kind, ...]:
    text = _decoded(data).replace("\r\n", "\n")
    headers = text.lstrip().partition("\n\n")[0]
    is_mail = len({found.lower() for found in _HEADER.findall(headers)}) >= HEADERS_OF_A_MAIL
    if _BEGINS_AS_MARKUP.match(text) or _MARKUP.search(headers if is_mail else text[:HEAD]):
        raise Unfit(N_("Ce fichier est une page web, une image SVG ou un script : il n’est pas accepté. ") + _ACCEPTED)
    return (EML, TXT) if is_mail else (TXT, CSV)


def _decoded(data: bytes) -> str:
    """Text in any of the encodings that people's tools write. Raises Unfit for what is no text."""
    text = _first_readable(data)
    if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text):
        raise Unfit(N_("Ce fichier n’est pas d’une nature connue : il n’est pas accepté. ") + _ACCEPTED)
    return text


def _first_readable(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "\x00"


def _archive_kind(content: IO[bytes]) -> Kind:
    """The office document that a zip is. Raises Unfit for another archive, a locked or broken one, or a bomb."""
    try:
        archive = zipfile.ZipFile(content)
        _refuse_bomb(archive)
        if any(entry.flag_bits & _ENCRYPTED for entry in archive.infolist()):
            raise Unfit(N_("Ce fichier est protégé par un mot de passe : retirez-le, puis recommencez."))
        kind = _office_kind(archive)
        if archive.testzip() is not None:
            raise zipfile.BadZipFile
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError) as broken:
        raise Unfit(N_("Ce fichier est abîmé ou incomplet : demandez-en une nouvelle copie.")) from broken
    return kind


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    inflated, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    dense = inflated > RATIO_FROM and inflated > MAX_RATIO * max(packed, 1)
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED or dense:
        raise Unfit(N_("Ce fichier se décompresse en un contenu démesuré : il n’est pas accepté."))


def _office_kind(archive: zipfile.ZipFile) -> Kind:
    names = set(archive.namelist())
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        raise Unfit(N_("Ce document contient des macros : enregistrez-le sans elles, puis recommencez."))
    if "mimetype" in names and (kind := _OPENED.get(archive.open("mimetype").read(100).decode("ascii", "replace"))):
        return kind
    for part, kind in _MAIN_PARTS.items():
        if part in names and "[Content_Types].xml" in names:
            return kind
    raise Unfit(N_("Ce fichier est %s : il n’est pas accepté. ") % N_("une archive") + _ACCEPTED)


def _ole_kind(content: IO[bytes]) -> Kind:
    data = content.read()
    if "__properties_version1.0".encode("utf-16-le") in data:
        return MSG
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unfit(N_("Ce fichier est protégé par un mot de passe : retirez-le, puis recommencez."))
    raise Unfit(
        N_("Ce fichier est d’un ancien format bureautique : enregistrez-le en .docx, .xlsx, .pptx ou PDF, ")
        + N_("puis recommencez.")
    )


_MAGIC: tuple[tuple[bytes, Kind | Callable[[IO[bytes]], Kind]], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"PK\x03\x04", _archive_kind),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _ole_kind),
)


def identify_bytes(data: bytes, name: str) -> Kind:
    """As `identify`, for a file that stands in memory."""
    return identify(io.BytesIO(data), name)
