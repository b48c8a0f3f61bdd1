"""What a file is, told by its content and not by its name."""

import re
from typing import NoReturn

from governance.imports.formats.sheets import Unreadable

XLSX, ODS, TEXT, JSON = "xlsx", "ods", "text", "json"

EXTENSIONS = {
    XLSX: frozenset({"xlsx", "xlsm", "xltx"}),
    ODS: frozenset({"ods", "ots"}),
    TEXT: frozenset({"csv", "tsv", "txt", "tab"}),
    JSON: frozenset({"json"}),
}
NAMES = {
    XLSX: "un classeur Excel (.xlsx)",
    ODS: "un classeur OpenDocument (.ods)",
    TEXT: "du texte (.csv)",
    JSON: "du JSON",
}

_SAVE_AS = "Ouvrez-le dans un tableur et enregistrez-le au format .xlsx ou .ods, puis recommencez."
_BRING = "Apportez-le au format .xlsx, .ods ou .csv."
PROTECTED = (
    "Le fichier est protégé par un mot de passe. Ouvrez-le dans le tableur, retirez le mot de passe, "
    "enregistrez, puis recommencez."
)
OLD_EXCEL = (
    "Le fichier est au vieux format Excel (.xls). "
    "Ouvrez-le et enregistrez-le au format .xlsx ou .ods, puis recommencez."
)
BROKEN = (
    "Le fichier est abîmé ou incomplet : il ne s’ouvre pas. "
    "Ouvrez-le dans un tableur et réenregistrez-le, ou demandez-en une nouvelle copie."
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_EXCEL = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_OTHERS = (
    (b"%PDF", "un document PDF"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"II*\x00", "une image"),
    (b"MM\x00*", "une image"),
    (b"RIFF", "une image ou un son"),
    (b"{\\rtf", "un document RTF"),
    (b"7z\xbc\xaf", "une archive"),
    (b"Rar!", "une archive"),
    (b"\x1f\x8b", "une archive"),
    (b"SQLite format 3", "une base de données"),
)
_JSON = re.compile(rb"[\[{]\s{0,100}[\"\[{\]}]")
_MARKUP = re.compile(rb"<(!doctype|html|head|body|table|\?xml|[a-z:]+)[\s>]", re.IGNORECASE)


def kind_of(data: bytes) -> str:
    """XLSX (for any zip: look inside), TEXT or JSON. Raises Unreadable for what is certainly no register."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable("Le fichier est vide.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return XLSX
    _refuse_others(data)
    return JSON if _JSON.match(data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1000]) else TEXT


def _refuse_others(data: bytes) -> None:
    if data.startswith(_OLE):
        _refuse_ole(data)
    if data.startswith(_OLD_EXCEL):
        raise Unreadable(OLD_EXCEL)
    for magic, name in _OTHERS:
        if data.startswith(magic):
            raise Unreadable(f"Le fichier est {name}, pas un tableur. {_BRING}")
    if _MARKUP.match(data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1000]):
        raise Unreadable(
            f"Le fichier contient une page web ou du XML, pas un classeur, quel que soit son nom. {_SAVE_AS}"
        )


def _refuse_ole(data: bytes) -> NoReturn:
    if _utf16("EncryptedPackage") in data or _utf16("EncryptionInfo") in data:
        raise Unreadable(PROTECTED)
    if _utf16("WordDocument") in data or _utf16("PowerPoint Document") in data:
        raise Unreadable(f"Le fichier est un document bureautique d’un ancien format, pas un tableur. {_BRING}")
    raise Unreadable(OLD_EXCEL)


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def kind_of_archive(names: set[str], mimetype: str) -> str:
    """XLSX or ODS from the entries of a zip and its `mimetype` entry. Raises Unreadable for any other zip."""
    if mimetype.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        return ODS
    folded = {name.lower() for name in names}
    if "xl/workbook.xml" in folded:
        return XLSX
    if "xl/workbook.bin" in folded:
        raise Unreadable(f"Le fichier est un classeur Excel binaire (.xlsb). {_SAVE_AS}")
    if mimetype or any(name.startswith(("word/", "ppt/", "visio/")) for name in folded):
        raise Unreadable(f"Le fichier est un document ou une présentation, pas un tableur. {_BRING}")
    if "[content_types].xml" in folded or any(name.startswith("xl/") for name in folded):
        raise Unreadable(BROKEN)
    raise Unreadable("Le fichier est une archive zip. Décompressez-la et apportez le fichier lui-même.")


def mismatch(filename: str, kind: str) -> str | None:
    """A French sentence when the name promises another format than the content; else None."""
    extension = filename.rpartition(".")[2].lower() if "." in filename else ""
    if extension in EXTENSIONS[kind]:
        return None
    return f"Le fichier « {filename} » contient en réalité {NAMES[kind]} : il a été lu comme tel."
