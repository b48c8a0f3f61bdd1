"""The pages of a notice as files that stand alone, for the hospital’s own site."""

import re
from collections.abc import Iterable
from html import escape

from models.notices.content import Content
from models.notices.page import page_lines, poster_lines
from models.wording import spaced


def document(content: Content) -> bytes:
    """The second layer as a file."""
    return _file(content, page_lines(content))


def poster(content: Content) -> bytes:
    """The first layer as a file."""
    return _file(content, poster_lines(content))


def _file(content: Content, lines: Iterable[str]) -> bytes:
    body = list(lines)
    title = next((heading[1] for line in body if (heading := HEADING.search(line))), escape(spaced(content["title"])))
    whole = [
        "<!DOCTYPE html>",
        '<html lang="fr">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{STYLE}</style></head>",
        "<body><main>",
        *body,
        "</main></body>",
        "</html>",
    ]
    return ("\n".join(whole) + "\n").encode()


HEADING = re.compile(r"<h1[^>]*>([^<]*)</h1>")

STYLE = (
    "body{margin:0;background:#fff;color:#1d2529;font:1.05rem/1.6 system-ui,sans-serif}"
    "main{max-width:46rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}"
    "h1,h2,h3{color:#0b3a47;line-height:1.25}summary :is(h2,h3){display:inline}"
    ".notice-loud{border-left:.3rem solid #f0b45c;background:#fbf4e7;padding:.5rem 1rem}"
    ".notice-easy{font-size:1.25rem}"
)
