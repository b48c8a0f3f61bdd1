"""A form that waits for a fresh code: what was typed goes through the page that asks, and is kept nowhere else."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf.file import FileField, FileRequired

from governance.accounts.forms import CodeForm

PASSWORDS = frozenset({"password", "repeated", "present"})
OWN = frozenset({"code", "next", "resend", "again", "csrf_token"})
"""What belongs to the page that asks: a form behind a sensitive door has no field of these names."""


def is_waiting() -> bool:
    """Whether a form was sent and waits: never because a link says so."""
    return request.method == "POST" and "resend" in request.values


def carried() -> list[tuple[str, str]]:
    """The hidden fields that the page writes: where to go on, and all that was typed but passwords."""
    wanted = [("next", request.values["next"])] if request.values.get("next") else []
    if not is_waiting():
        return wanted
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in PASSWORDS | OWN]
    return [*wanted, ("resend", "1"), *(("again", name) for name in files()), *typed]


def files() -> list[str]:
    """The fields of the form for which a file was chosen: a page cannot give a file back."""
    names = request.form.getlist("again") or [name for name, one in request.files.items() if one.filename]
    return [name for name in names if not hasattr(CodeForm, name)]


def has_password() -> bool:
    """Whether a password was typed, which no page gives back."""
    return is_waiting() and not PASSWORDS.isdisjoint(request.form)


def code_form() -> Any:
    """The form of the code, with a field for each file to choose again."""
    chosen = {
        name: FileField(_("Le fichier, à nouveau"), [FileRequired(_("Choisissez un fichier."))]) for name in files()
    }
    return type("ResentForm", (CodeForm,), chosen if is_waiting() else {})()
