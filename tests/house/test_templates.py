"""The templates: nothing inline, nothing unescaped, no role, every sentence ready for translation, all of them used."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from jinja2 import nodes

from governance.errors import PAGES
from tests.house.source import ROOT, WINGS, templates

HTML = sorted(name for name in templates() if name.endswith(".html"))
SPEAKING = {"alt", "aria-label", "content", "data-done", "data-label", "data-many", "data-one", "data-running"} | {
    "label",
    "placeholder",
    "title",
}
"""Attributes that a person reads or hears."""


def parsed(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse(templates()[name])


@pytest.mark.parametrize("name", HTML)
def test_nothing_is_inline_and_nothing_unescaped(name: str) -> None:
    source = templates()[name]
    inline = re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", source)
    assert not inline, f"{inline}: the CSP refuses it, write a class or a data-behaviour"
    unsafe = re.findall(r"\|\s*safe\b|\bMarkup\b|autoescape", source)
    assert not unsafe, f"{unsafe}: a view gives Markup that it made itself, a template never lifts the escaping"


@pytest.mark.parametrize("name", HTML)
def test_a_template_asks_for_a_right_and_never_for_a_role(name: str, app: Flask) -> None:
    source = templates()[name]
    assert "Role." not in source
    assert not re.search(r"(?<!for )\brole(\.value)?\s*(==|!=|in\b)", source), "ask visitor.may(Permission.X, thing)"


@pytest.mark.parametrize("name", HTML)
def test_every_sentence_is_ready_for_translation(name: str, app: Flask) -> None:
    bare = [*_bare_texts(app, name), *_bare_strings(parsed(app, name))]
    assert not bare, f"write {{{{ _('…') }}}} around {bare}"


class _Reader(HTMLParser):
    """Collects what a person would read of a page; an expression stands as a private character."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.texts += [value for name, value in attrs if name in SPEAKING and value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


EXPRESSION = "\ue000"
NO_SENTENCE = re.compile(r"""SHA-256|[\w-]+="[^"]*"|^(rows|group|select|textarea)$""")
"""An acronym, attributes that a macro gives, and the kinds of fields that a macro answers."""


def _bare_texts(app: Flask, name: str) -> Iterator[str]:
    kinds = {"variable_begin": EXPRESSION, "block_begin": EXPRESSION}
    tokens = app.jinja_env.lex(templates()[name])
    reader = _Reader()
    reader.feed("".join(value if token == "data" else kinds.get(token, "") for _, token, value in tokens))
    reader.close()
    for text in reader.texts:
        pieces = [NO_SENTENCE.sub("", piece.strip()) for piece in NO_SENTENCE.sub("", text).split(EXPRESSION)]
        yield from (piece for piece in pieces if re.search(r"[^\W\d_]{2,}", piece))


def _bare_strings(tree: nodes.Node, *, translated: bool = False) -> Iterator[str]:
    """French strings of expressions outside _() and ngettext()."""
    if isinstance(tree, nodes.Call) and isinstance(tree.node, nodes.Name) and tree.node.name in ("_", "ngettext"):
        translated = True
    if isinstance(tree, nodes.Const) and isinstance(tree.value, str) and not translated and _is_french(tree.value):
        yield tree.value
    for child in tree.iter_child_nodes():
        yield from _bare_strings(child, translated=translated)


def _is_french(text: str) -> bool:
    return bool(re.search(r"[àâçéèêëîïôùûœ’]", text.lower()) or re.match(r"[A-Z][a-zé]+($|\s)", text))


@pytest.mark.parametrize("name", [name for name in HTML if '{% extends "layout.html" %}' in templates()[name]])
def test_every_page_says_its_title(name: str) -> None:
    assert "{% block title %}" in templates()[name]


def test_every_template_is_rendered_or_included() -> None:
    code = "".join(file.read_text(encoding="utf-8") for wing in WINGS for file in (ROOT / wing).rglob("*.py"))
    named = {
        name for text in (code, *templates().values()) for name in re.findall(r'"([a-z_/0-9]+\.(?:html|txt))"', text)
    }
    idle = templates().keys() - named - {f"errors/{code}.html" for code in PAGES}
    assert not idle, f"nothing renders or includes {sorted(idle)}"
    missing = {name for name in named if "/" in name} | {f"errors/{code}.html" for code in PAGES}
    assert not missing - templates().keys(), f"no such template: {sorted(missing - templates().keys())}"


def test_every_import_of_macros_is_used() -> None:
    idle = [
        f"{name}: {alias}"
        for name, source in templates().items()
        for alias in re.findall(r'{%-? import "[^"]+" as (\w+)', source)
        if f"{alias}." not in source.replace(f" as {alias}", "") and not _used_by_parts(name, alias)
    ]
    assert not idle, f"imported and never used: {idle}"


def _used_by_parts(name: str, alias: str) -> bool:
    """Whether a part that this template includes, at any depth, uses the macros."""
    parts = re.findall(r'{%-? include "([^"]+)"', templates()[name])
    return any(f"{alias}." in templates()[part] or _used_by_parts(part, alias) for part in parts)
