"""Doors: every route says who may enter; each view is wrapped at start-up with that check and its transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from governance.database import transaction
from governance.visitor import Visitor, ended_session, refuse, visitor
from models.permissions import Permission

V = TypeVar("V", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_FILES = frozenset({"static", "bootstrap.static"})


@dataclass(frozen=True)
class Door:
    """Who may enter: nobody in particular (PUBLIC), anyone signed in, or whoever holds one of `needs`."""

    signed_in: bool
    needs: tuple[Permission, ...] = ()
    fresh: bool = False

    def __str__(self) -> str:
        if not self.signed_in:
            return "public"
        return (" | ".join(self.needs) or "signed in") + (" + code" if self.fresh else "")

    def lets_in(self, who: Visitor) -> bool:
        return not self.signed_in or (who.signed_in and (not self.needs or any(map(who.may, self.needs))))


class UndeclaredDoor(RuntimeError):
    """A route does not say who may enter; the application must not start."""


def requires(*needs: Permission, fresh: bool = False) -> Callable[[V], V]:
    """Declare a view's door: signed in and holding one of `needs` if there are; `fresh` asks for a code of the last
    ten minutes."""
    return _declare(Door(signed_in=True, needs=needs, fresh=fresh))


def public(view: V) -> V:
    """Declare a view open to everyone."""
    return _declare(Door(signed_in=False))(view)


def signed_in(view: V) -> V:
    """Declare a view open to everyone who signed in."""
    return _declare(Door(signed_in=True))(view)


def _declare(door: Door) -> Callable[[V], V]:
    def declare(view: V) -> V:
        view.door = door  # type: ignore[attr-defined]
        return view

    return declare


def hang_doors(app: Flask) -> None:
    """Wrap every view with its door. Raises UndeclaredDoor for one without, or that writes under a right to read."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_FILES:
            continue
        door = getattr(app.view_functions[rule.endpoint], "door", None)
        if door is None:
            raise UndeclaredDoor(f"{rule.endpoint} ({rule.rule}): declare @requires(...), @signed_in or @public.")
        if (rule.methods or set()) - SAFE and door.needs and all(need.endswith(":read") for need in door.needs):
            raise UndeclaredDoor(f"{rule.endpoint} ({rule.rule}): a route that writes needs more than a right to read.")
    for endpoint, view in app.view_functions.items():
        if endpoint not in OPEN_FILES:
            app.view_functions[endpoint] = _guard(view, getattr(view, "door"))  # noqa: B009 -- declared above, unknown to the type of a view


def _guard(view: Callable[..., Any], door: Door) -> Callable[..., BaseResponse]:
    @wraps(view)
    def guarded(**values: Any) -> BaseResponse:
        who = visitor()
        if not door.lets_in(who):
            if who.signed_in:
                refuse()
            return _ask_to_sign_in()
        if who.password_over and door.signed_in and (door.needs or request.blueprint != "accounts"):
            return redirect(url_for("accounts.change_password"), 303)
        if door.fresh and not who.is_fresh:
            return _ask_for_code()
        if request.method in SAFE:
            return make_response(view(**values))
        return _act(view, who, values)

    guarded.door = door  # type: ignore[attr-defined]
    return guarded


def _ask_to_sign_in() -> BaseResponse:
    """To the sign-in; what a POST holds goes along when it was typed in a session that ended since."""
    if request.method in SAFE or request.blueprint == "accounts" or ended_session() is None:
        return redirect(url_for("accounts.sign_in", next=_local_path()))
    return redirect(url_for("accounts.sign_in", next=_local_path(), keep=request.full_path.rstrip("?")), 307)


def _ask_for_code() -> BaseResponse:
    """To the page that asks for a code; what a POST holds goes along and comes back with it, since 307 keeps both the
    method and the body (RFC 9110, 15.4.8)."""
    if request.method in SAFE:
        return redirect(url_for("accounts.fresh_code", next=_local_path()))
    return redirect(url_for("accounts.fresh_code", next=request.full_path.rstrip("?"), resend="1"), 307)


def _act(view: Callable[..., Any], who: Visitor, values: dict[str, Any]) -> BaseResponse:
    """Run a view that writes: what it did is kept when it answers 2xx or 3xx, undone when it answers more or raises."""
    try:
        with transaction(who.actor):
            response: Response = make_response(view(**values))
            if response.status_code >= 400:
                raise _Undo(response)
    except _Undo as undone:
        return undone.response
    return response


class _Undo(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def _local_path() -> str:
    """Where to come back to: this page, or for a POST the page whose form was sent."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    return urlsplit(page_behind()).path


def page_behind() -> str:
    """The page whose form was sent, when it can be shown again (an answer to a POST may have no page), else the start
    page."""
    try:
        wanted = urlsplit(request.referrer or "")._replace(scheme="", netloc="", fragment="")
        current_app.url_map.bind("").match(wanted.path, "GET")
    except (ValueError, HTTPException):
        return url_for("dashboard.index")
    return local_path(wanted.geturl())


def local_path(wanted: str | None) -> str:
    """`wanted` when it is a path of this application, else the start page: no redirect leads elsewhere."""
    parts = urlsplit((wanted or "").replace("\\", "/"))
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return url_for("dashboard.index")
    if any(ord(letter) < 33 for letter in wanted or ""):
        return url_for("dashboard.index")
    return wanted or ""
