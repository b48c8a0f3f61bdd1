"""HouseClient: a browser without a screen that inspects every page it is given."""

import re
from collections import Counter
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

FORGIVEN = frozenset({"non-void-element-with-trailing-solidus", "invalid-codepoint"})
"""What a page may hold all the same: closed SVG elements, and characters that somebody typed to harm."""

TAG, NAME, VALUE = re.compile(r"<[/a-zA-Z][^>]*>|&[^;]{0,9}"), re.compile(r"<(/?[\w-]+)"), re.compile(r'"[^"]*"')

TYPED = frozenset({"input", "select", "textarea"})


class Page:
    """An answer, parsed."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.data = response.data
        self.text = response.get_data(as_text=True) if (response.mimetype or "").startswith("text/") else ""
        response.close()
        self.tree: Any = None
        self.faults: list[Any] = []
        if response.mimetype == "text/html" and self.text:
            self.tree, self.faults = _tree(self.text), _faults(self.text)

    def all(self, tag: str, **attributes: str) -> list[Any]:
        """The elements of a tag that carry these attributes (`class_`, `for_` for the reserved words)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        found = self.tree.iter(tag) if self.tree is not None else ()
        return [one for one in found if all(one.get(name) == value for name, value in wanted.items())]

    def one(self, tag: str, **attributes: str) -> Any:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} <{tag}> with {attributes} on the page"
        return found[0]

    @property
    def words(self) -> str:
        """The text a person reads, blanks made single."""
        main = self.all("main")
        return " ".join(" ".join(main[0].itertext()).split()) if main else self.text

    @property
    def title(self) -> str:
        return " ".join("".join(self.one("h1").itertext()).split())

    @property
    def location(self) -> str:
        return urlsplit(self.headers.get("Location", "")).path

    def values(self, **form: str) -> dict[str, Any]:
        """What the fields of a form (chosen by its attributes) hold, ready to be changed and posted."""
        return form_values(self.one("form", **form))


SVG = "svg-"


def _tree(text: str) -> Any:
    """The elements of a page; those of a picture are named apart: its <title> is not the page's."""
    tree = html.document_fromstring(text)
    for picture in list(tree.iter("svg")):
        for one in picture.iter(etree.Element):
            one.tag = SVG + one.tag
    return tree


_met: set[tuple[str, str]] = set()
"""The neighbouring tags of the pages that were found strict."""


def _faults(text: str) -> list[Any]:
    """What is not strict HTML5 in a page. Reading it by the letter is slow: a page that only has known neighbours, and
    closes what it opens, is built like those that were read.
    """
    tags = TAG.findall(VALUE.sub('""', text))
    neighbours = set(pairwise(tags))
    if neighbours <= _met and _closes(tags):
        return []
    parser = html5lib.HTMLParser()
    parser.parse(text)
    faults = [fault for fault in parser.errors if fault[1] not in FORGIVEN]
    if not faults:
        _met.update(neighbours)
    return faults


def _closes(tags: list[str]) -> bool:
    """Whether each tag that is closed somewhere is closed as often as it is opened."""
    names = Counter(NAME.findall("".join(tags)))
    return all(names[name[1:]] == count for name, count in names.items() if name[0] == "/")


def form_values(form: Any) -> dict[str, Any]:
    """What a browser would send for the form as it stands, without its buttons."""
    values: dict[str, Any] = {}
    beside = form.getroottree().iterfind(f".//*[@form='{form.get('id')}']")
    for one in [*form.iter(), *beside]:
        tag, name = str(one.tag), one.get("name")
        if tag not in TYPED or not name or one.get("type") in ("submit", "file"):
            continue
        if one.get("type") in ("checkbox", "radio") and one.get("checked") is None:
            continue
        if tag == "select":
            options = list(one.iter("option"))
            picked = [o.get("value") for o in options if o.get("selected") is not None]
            value: Any = picked if one.get("multiple") is not None else (picked or [options[0].get("value")])[0]
        else:
            value = "".join(one.itertext()).removeprefix("\n") if tag == "textarea" else one.get("value", "on")
        if one.get("type") == "checkbox":
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    return values


class HouseClient:
    """`get` and `post` as a person's browser would; every page is inspected, every POST carries the page's token."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        self._known = ("", "")

    def get(self, path: str, **options: Any) -> Page:
        return self._inspected(self.client.open(path, **{"method": "GET", **options}))

    def post(self, path: str, values: dict[str, Any] | None = None, *, follow: bool = False, **options: Any) -> Page:
        """Send a form. With `follow`, the page one is sent to is inspected and given back."""
        sent = values if values and "csrf_token" in values else {"csrf_token": self._token(), **(values or {})}
        page = self._inspected(self.client.post(path, data=sent, **options))
        return self.get(page.headers["Location"]) if follow and 300 <= page.status < 400 else page

    def _token(self) -> str:
        """The token of a page, or the last one while the browser's session stays the same."""
        if not self._known[0] or self._seed() != self._known[0]:
            token = self._read_token()
            self._known = (self._seed(), token)
        return self._known[1]

    def _seed(self) -> str:
        with self.client.session_transaction() as kept:
            return str(kept.get("csrf_token", ""))

    def _read_token(self) -> str:
        for path in ("/mon-compte", "/connexion"):
            page = self.client.get(path).get_data(as_text=True)
            if found := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page):
                return found[1]
        raise AssertionError("no page gives a CSRF token")

    def _inspected(self, response: TestResponse) -> Page:
        assert response.status_code < 500 or response.status_code == 503, f"{response.request.path}: {response.status}"
        page = Page(response)
        if page.tree is not None and not page.headers.get("Content-Disposition", "").startswith("attachment"):
            inspect_page(page, self.app)
        return page


def inspect_page(page: Page, app: Flask) -> None:
    """What must be true of every page. The message says what to mend."""
    assert not page.faults, f"the HTML is not strict: {page.faults[:3]}"
    h1 = page.one("h1")
    heading = " ".join("".join(h1.itertext()).split())
    title = " ".join("".join(page.one("title").itertext()).split())
    assert heading, "the h1 is empty"
    first = heading.split(" – ")[0]
    assert first in title, f"the title « {title} » does not speak of « {first} »"
    _ids_are_unique(page)
    _controls_are_labelled(page)
    _errors_are_linked(page)
    _nothing_is_inline(page)
    _posts_carry_the_token(page)
    _links_lead_somewhere(page, app)


def _ids_are_unique(page: Page) -> None:
    assert page.tree is not None
    ids = Counter(one.get("id") for one in page.tree.iter() if isinstance(one.tag, str) and one.get("id"))
    double = {one for one, count in ids.items() if count > 1}
    assert not double, f"ids used twice: {sorted(map(str, double))}"
    for one in page.all("a"):
        target = one.get("href", "")
        if target.startswith("#") and len(target) > 1:
            assert target[1:] in ids, f"{target} leads nowhere on this page"


def _controls_are_labelled(page: Page) -> None:
    labelled = {one.get("for") for one in page.all("label")}
    inside = {control for label in page.all("label") for control in label.iter()}
    for tag in TYPED:
        for one in page.all(tag):
            if one.get("type") in ("hidden", "submit", "button"):
                continue
            named = one.get("id") in labelled or one.get("aria-label") or one.get("aria-labelledby") or one in inside
            assert named, f"<{tag} name={one.get('name')}> has no label"


def _errors_are_linked(page: Page) -> None:
    """Each wrong control is described by its error, and the summary leads to it."""
    summaries = [one for one in page.all("div") if "summary" in (one.get("class") or "").split()]
    links = {link.get("href") for summary in summaries for link in summary.iter("a")}
    for one in page.tree.iter():
        if isinstance(one.tag, str) and one.get("aria-invalid") == "true":
            name = one.get("id")
            assert f"{name}-error" in one.get("aria-describedby", "").split(), f"#{name} does not say what is wrong"
            assert not summaries or {f"#{name}", f"#{name}-0"} & links, f"the summary does not lead to #{name}"


def _nothing_is_inline(page: Page) -> None:
    assert page.tree is not None
    for one in page.tree.iter():
        if not isinstance(one.tag, str):
            continue
        inline = [name for name in one.attrib if name == "style" or str(name).startswith("on")]
        assert not inline, f"inline {inline} on {one.tag}: the CSP refuses it"
    assert not page.all("style"), "an inline <style>: the CSP refuses it"
    assert all(one.get("src") for one in page.all("script")), "an inline <script>: the CSP refuses it"


def _posts_carry_the_token(page: Page) -> None:
    for form in page.all("form"):
        if form.get("method", "get").lower() == "post":
            names = [one.get("name") for one in form.iter("input")]
            assert names.count("csrf_token") == 1, (
                f"the form to {form.get('action')} carries {names.count('csrf_token')} tokens"
            )


def _links_lead_somewhere(page: Page, app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    for one in page.all("a"):
        path = urlsplit(one.get("href", "")).path
        if not path.startswith("/"):
            continue
        try:
            adapter.match(path, method="GET")
        except HTTPException as problem:
            raise AssertionError(f"the link to {path} leads nowhere") from problem
