"""The sheets of those without a mailbox: one page each, to sign by hand or to answer with a phone by its QR code."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from exports import pdf
from exports.texts import long_day
from models.charters.charter import CharterVersion
from models.vocabulary import N_
from models.wording import spaced

MAX = 300
"""How many letters one document holds."""


@dataclass(frozen=True)
class Letter:
    """One page: whom it is for, what she declares, and the address of her personal link ("" for none)."""

    name: str
    lines: Sequence[str]
    statement: str
    notice: str
    reference: str
    due_on: dt.date
    address: str = ""
    code: str = ""


def sheets(version: CharterVersion, letters: Sequence[Letter], author: str, desk: str, on: dt.date) -> bytes:
    """The letters as one PDF. `desk`: where the signed sheets are handed in."""
    files, pages = {}, []
    for place, one in enumerate(letters):
        if one.address:
            files[f"qr-{place}"] = _qr(one.address)
        pages.append(
            {
                "name": one.name,
                "lines": list(one.lines),
                "statement": spaced(one.statement),
                "notice": spaced(one.notice),
                "reference": one.reference,
                "due": spaced(N_("À rendre avant le %s") % long_day(one.due_on)),
                "qr": f"qr-{place}" if one.address else "",
                "address": one.address,
                "code": one.code,
            }
        )
    data = {
        "title": N_("Prendre connaissance de la charte"),
        "description": version.title,
        "author": author,
        "charter": spaced(version.title),
        "version": f"Version {version.number}, {N_('applicable à compter du')} {long_day(version.effective_on)}",
        "digest": version.sha256,
        "desk": spaced(N_("Rendez cette feuille signée ici : %s. Un exemplaire du texte vous y est remis.") % desk),
        "phone": spaced(N_("Ou répondez avec votre téléphone : ce code n’ouvre que votre page, une seule fois.")),
        "pages": pages,
    }
    return pdf.render(
        pdf.TEMPLATES / "charters" / "letters.typ", data, dt.datetime.combine(on, dt.time(), dt.UTC), files
    )


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, dark="#0b3a47")
    return drawn.getvalue().decode()
