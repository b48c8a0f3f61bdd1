"""The headers: the full set on every kind of answer, cookies out of reach of scripts, nothing kept by caches."""

import ast
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from werkzeug.test import TestResponse

import governance
from governance import MAX_TEXT, MAX_UPLOAD
from governance.config import Settings
from governance.doors import public
from governance.headers import CSP
from governance.rooms import ROOMS, Room
from tests.house.conftest import Clients
from tests.house.ground import URGENCES, Things
from tests.house.source import calls, name_of

WANTED = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}


def is_dressed(response: TestResponse) -> None:
    worn = {name: response.headers.get(name) for name in WANTED}
    assert worn == WANTED, f"{response.request.path}: {response.status}"
    assert "Cookie" in response.headers["Vary"]
    assert "Strict-Transport-Security" not in response.headers


def test_the_policy_lets_nothing_in_from_outside_and_nothing_inline() -> None:
    rules = {rule.split()[0]: rule.split()[1:] for rule in CSP.split(";")}
    assert rules["default-src"] == ["'none'"]
    assert {value for values in rules.values() for value in values} == {"'none'", "'self'"}
    assert rules.keys() >= {"base-uri", "form-action", "frame-ancestors", "object-src"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_kind_of_answer_is_dressed(client: Clients, things: Things, database: Any) -> None:
    agent, dpo, stranger = client("agent"), client("dpo"), client(None)
    record = dpo.app.url_map.bind("").build("register.edit", {**things["activity"][URGENCES], "slug": "identite"})
    typed = {**dpo.get(record).values(id="section"), "revision": "0"}
    answers = {
        200: stranger.get("/connexion"),
        302: stranger.get("/"),
        303: dpo.post("/theme", {"theme": "dark"}),
        400: dpo.post("/theme", {"csrf_token": "faux"}),
        403: agent.get("/registre/"),
        404: stranger.get("/introuvable"),
        405: dpo.post("/registre/au"),
        409: dpo.post(record, typed),
        413: stranger.post("/connexion", {"login": "x" * (MAX_TEXT + 1)}),
        422: stranger.post("/connexion", {"login": ""}),
    }
    assert {code: page.status for code, page in answers.items()} == {code: code for code in answers}
    for page in answers.values():
        is_dressed(page.response)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    """The house with a room whose floor gives way."""
    cellar = Blueprint("cellar", __name__)
    cellar.add_url_rule("/", "index", public(lambda: str(1 // 0)))
    monkeypatch.setattr(governance, "ROOMS", (*ROOMS, Room("cellar", "Cave", "/cave", cellar, "home")))
    return governance.create_app(Settings(environment="local", data_dir=tmp_path, secret_key="k" * 40))


def test_an_unexpected_error_gives_a_reference_and_nothing_of_the_cause(broken: Flask) -> None:
    response = broken.test_client().get("/cave/")
    assert response.status_code == 500
    assert "Référence à donner" in response.text
    assert "ZeroDivision" not in response.text
    is_dressed(response)


def test_a_database_that_does_not_answer_is_said_so(broken: Flask) -> None:
    broken.extensions["engine"] = create_engine("postgresql+psycopg://127.0.0.1:1/rien")
    response = broken.test_client().get("/sante")
    assert response.status_code == 503
    assert "n’est pas disponible" in response.text
    is_dressed(response)


@pytest.mark.parametrize("path", ["/static/vigie.css", "/static/rows.js", "/bootstrap/static/css/bootstrap.min.css"])
def test_files_of_the_look_are_kept_by_browsers(path: str, app: Flask) -> None:
    with app.test_client().get(path) as response:
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=3600"
        assert {name: response.headers[name] for name in WANTED if name != "Cache-Control"}.items() <= WANTED.items()


def upload(length: int) -> dict[str, Any]:
    """A form with a file of so many octets, as a browser sends it."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="registre.txt"\r\n\r\n'
    return {"data": head + b"a" * length + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def test_only_a_file_may_be_long(client: Clients) -> None:
    browser = client("dpo").client
    assert browser.post("/connexion", data=b"a=&" * MAX_TEXT).status_code == 413
    assert browser.post("/imports/nouveau", **upload(2 * MAX_TEXT)).status_code == 400, "read whole, then without token"
    assert browser.post("/imports/nouveau", **upload(MAX_UPLOAD)).status_code == 413


# Cookies


def cookies(response: TestResponse) -> Iterator[tuple[str, Any]]:
    for line in response.headers.getlist("Set-Cookie"):
        yield from SimpleCookie(line).items()


def test_cookies_are_out_of_reach_of_scripts(client: Clients) -> None:
    browser = client(None)
    given = dict(cookies(browser.client.get("/connexion")))
    given |= dict(cookies(browser.post("/theme", {"theme": "dark"}).response))
    assert given.keys() == {"vigie", "theme"}
    for cookie in given.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
        assert not cookie["secure"], "on plain http, as on one’s own machine, a secure cookie would never come back"


@pytest.fixture
def encrypted(app: Flask, database: Any, tmp_path: Path) -> FlaskClient:
    """A browser of a house whose public address is https."""
    address = "https://vigie.ght.example"
    made = governance.create_app(
        Settings(environment="local", data_dir=tmp_path, secret_key="k" * 40, public_url=address)
    )
    made.config["WTF_CSRF_ENABLED"] = False
    made.extensions["engine"] = app.extensions["engine"]
    browser = made.test_client()
    browser.environ_base["wsgi.url_scheme"] = "https"
    return browser


def test_behind_https_cookies_are_bound_to_the_host(encrypted: FlaskClient) -> None:
    answers = encrypted.get("/"), encrypted.get("/inscription"), encrypted.post("/theme", data={"theme": "dark"})
    given = {name: cookie for response in answers for name, cookie in cookies(response)}
    assert given.keys() == {"__Host-vigie", "theme"}
    for cookie in given.values():
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    assert {response.headers["Strict-Transport-Security"] for response in answers} == {
        "max-age=31536000; includeSubDomains"
    }


def test_no_cookie_is_set_without_saying_who_may_have_it() -> None:
    careless = [
        found.where
        for found, call in calls()
        if name_of(call.func) == "set_cookie" and not _words(call) >= {"httponly", "samesite", "secure"}
    ]
    assert not careless, "set_cookie(…, secure=…, httponly=True, samesite=…)"


def _words(call: ast.Call) -> set[str | None]:
    return {keyword.arg for keyword in call.keywords}


def test_no_secret_of_an_address_reaches_a_log_of_the_proxy(app: Flask) -> None:
    written = Path("deploy/nginx.conf").read_text(encoding="utf-8")
    hidden = re.search(r"~\^\(\?<kept>(.+)\) ", written)
    assert hidden is not None
    assert "$told_uri" in written.split("log_format vigie")[1].splitlines()[0]
    secret = [str(rule) for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(secret) > 10
    assert [rule for rule in secret if not re.match(hidden[1], rule)] == []
