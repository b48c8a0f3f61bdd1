"""Due dates as an iCalendar file (RFC 5545), that every diary subscribes to or opens."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.vocabulary import N_

LONGEST_LINE = 75
"""Octets of a line; longer ones go on after a line break and a blank (RFC 5545, 3.1)."""


@dataclass(frozen=True)
class Due:
    """Something due on a day: `uid` names it for ever, `url` leads to its page."""

    uid: str
    on: dt.date
    title: str
    url: str
    place: str = ""


def feed(dues: Iterable[Due], at: dt.datetime) -> bytes:
    """The file, made at an instant; each due date is an event of the whole day, free."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Vigie//Plan//FR", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_text(N_('Vigie : échéances'))}")
    for due in dues:
        lines += _event(due, at)
    lines.append("END:VCALENDAR")
    return b"".join(part for line in lines for part in _folded(line))


def _event(due: Due, at: dt.datetime) -> list[str]:
    place = [f"LOCATION:{_text(due.place)}"] if due.place else []
    return [
        "BEGIN:VEVENT",
        f"UID:{due.uid}@vigie",
        f"DTSTAMP:{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{due.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due.on + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(due.title)}",
        f"URL:{due.url}",
        *place,
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(words: str) -> str:
    for mark in ("\\", ";", ","):
        words = words.replace(mark, "\\" + mark)
    return words.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> Iterator[bytes]:
    """A line in pieces of at most 75 octets, never cut within a letter."""
    piece, lead = b"", b""
    for letter in line:
        told = letter.encode()
        if len(lead) + len(piece) + len(told) > LONGEST_LINE:
            yield lead + piece + b"\r\n"
            piece, lead = b"", b" "
        piece += told
    yield lead + piece + b"\r\n"
