"""Files that people attach, and files that nobody should."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 32
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MSG = OLE + b"\0" * 512 + "__properties_version1.0".encode("utf-16-le")
EML = b"From: dpo@cha.example\r\nSubject: Contrat\r\n\r\n<html><body>Bonjour</body></html>\r\n"


def zipped(entries: dict[str, bytes]) -> bytes:
    """A zip of these entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def office(part: str, **more: bytes) -> bytes:
    """An Office document whose main part is `part`."""
    return zipped({"[Content_Types].xml": b"<Types/>", part: b"<x/>", **more})


def opened(kind: str) -> bytes:
    """An OpenDocument file."""
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<x/>"})


FIT = {
    "contrat.pdf": PDF,
    "CAPTURE.PNG": PNG,
    "affiche.jpeg": JPEG,
    "note.docx": office("word/document.xml"),
    "liste.xlsx": office("xl/workbook.xml"),
    "comite.pptx": office("ppt/presentation.xml"),
    "note.odt": opened("text"),
    "liste.ods": opened("spreadsheet"),
    "comite.odp": opened("presentation"),
    "avis.txt": "Avis du comité : favorable, 3 < 4.".encode(),
    "avis-ancien.txt": "Avis du comité".encode("cp1252"),
    "releve.csv": "\ufeffNom;Date\nPaie;2026\n".encode(),
    "reponse.eml": EML,
    "reponse.msg": MSG,
}

UNFIT = {
    "page.html": (b"<!DOCTYPE html><script>alert(1)</script>", "page web"),
    "page.txt": (b"  <html><body>Bonjour</body></html>", "page web"),
    "tardif.txt": (b"Bonjour <script src=//x></script>", "page web"),
    "logo.svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "page web"),
    "donnees.csv": (b'<?xml version="1.0"?><a/>', "page web"),
    "outil.exe": (b"MZ\x90\0\x03", "un programme"),
    "facture.pdf": (b"MZ\x90\0\x03", "un programme"),
    "outil.txt": (b"#!/bin/sh\nrm -rf /\n", "un programme"),
    "code.js": (b"alert(1)", "« .js »"),
    "facture.pdf.js": (b"alert(1)", "« .js »"),
    "sans-fin": (b"du texte", "n’est pas accepté"),
    "photo.png": (PDF, "un document PDF"),
    "capture.pdf": (PNG, "une image PNG"),
    "film.mp4": (b"\0\0\0\x18ftypmp42" + b"\0" * 20, "un film"),
    "image.gif": (b"GIF89a" + b"\0" * 20, "une image GIF"),
    "vide.pdf": (b"", "est vide"),
    "blancs.txt": (b" \n\0\0 ", "est vide"),
    "octets.txt": (bytes(range(256)), "nature connue"),
    "archive.zip": (zipped({"a.txt": b"a"}), "une archive"),
    "archive.docx": (zipped({"a.txt": b"a"}), "une archive"),
    "macros.docx": (office("word/document.xml", **{"word/vbaProject.bin": b"x"}), "des macros"),
    "classeur.docx": (office("xl/workbook.xml"), "un classeur Excel"),
    "bombe.docx": (office("word/document.xml", **{"word/media/a": b"\0" * (30 * 2**20)}), "démesuré"),
    "tronque.docx": (office("word/document.xml")[:-40], "abîmé"),
    "ancien.doc": (OLE + b"\0" * 600, "ancien format"),
    "protege.docx": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
}
