"""What may be typed about accounts."""

import uuid
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError
from wtforms.widgets import PasswordInput

from governance.accounts import queries
from governance.accounts.operations import LOGIN, LOGIN_RULE, Place
from governance.accounts.passwords import refusal
from governance.database import session
from governance.forms import REQUIRED, DayField, Form, ListedField, email, identity, paragraph, text, word
from models.accounts import User
from models.establishments import Department
from models.permissions import Role
from models.rules import RuleBroken
from models.vocabulary import N_

LONGEST_CODE = 64
PASSWORD_RULE = _(
    "De 15 à 128 caractères, espaces compris, sans autre obligation\u00a0: quelques mots sans rapport entre eux "
    "conviennent très bien. Les mots de passe courants, les répétitions et votre nom sont refusés."
)

SAME_PASSWORD = N_("C’est votre mot de passe actuel\u00a0: choisissez-en un autre.")


class Password(Field):
    """A password: taken exactly as typed, never written back into a page."""

    widget = PasswordInput()

    def __init__(self, label: str, autocomplete: str, **options: Any) -> None:
        super().__init__(label, [InputRequired(REQUIRED)], render_kw={"autocomplete": autocomplete}, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""


class SignInForm(Form):
    login = text(
        _("Identifiant"),
        limit=200,
        required=True,
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = Password(_("Mot de passe"), "current-password")


class CodeForm(Form):
    code = text(
        _("Code"),
        limit=LONGEST_CODE,
        required=True,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )


class NewPasswordForm(Form):
    """A password to choose. `context` is what an attacker tries first for this person (see passwords.refusal)."""

    password = Password(_("Nouveau mot de passe"), "new-password", description=PASSWORD_RULE)
    repeated = Password(_("Le même, une seconde fois"), "new-password")

    def __init__(self, context: Iterable[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.context = tuple(context)

    def validate_password(self, field: Password) -> None:
        """Refuse a password that is guessed first."""
        sentence = refusal(field.data, self.context)
        if sentence:
            raise ValidationError(gettext(sentence))

    def validate_repeated(self, field: Password) -> None:
        """Twice the same, since nobody sees what is typed."""
        if field.data != self.password.data:
            raise ValidationError(gettext("Les deux mots de passe diffèrent\u00a0: saisissez-les à nouveau."))


class PresentPasswordForm(Form):
    """The password that she has already."""

    password = Password(_("Votre mot de passe actuel"), "current-password")


class ForgottenForm(Form):
    login = text(
        _("Identifiant"), limit=200, required=True, render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )


class NameForm(Form):
    name = text(_("Nom et prénom"), required=True, render_kw={"autocomplete": "name"})


class EmailForm(Form):
    email = email(_("Adresse électronique"), required=True)


class ChangePasswordForm(NewPasswordForm):
    present = Password(_("Votre mot de passe actuel"), "current-password")


class RoleForm(Form):
    """A role, where it counts, and until when."""

    role = word(_("Rôle"), Role, required=True)
    place = ListedField(_("Pour"), queries.place_choices, required=True)
    department_id = identity(_("Service"), queries.department_choices)
    ends_on = DayField(_("Jusqu’au"), description=_("Sans date, le rôle dure jusqu’à son retrait."))

    def chosen_place(self) -> Place:
        """Where the role counts. Raises RuleBroken("department_id") for a department of another establishment."""
        establishment_id = None if self.place.data == queries.GROUP else uuid.UUID(self.place.data)
        department_id = self.department_id.data
        if department_id and session.get_one(Department, department_id).establishment_id != establishment_id:
            raise RuleBroken("department_id", N_("Choisissez un service de l’établissement choisi plus haut."))
        return Place(establishment_id, department_id)


class GrantForm(RoleForm):
    starts_on = DayField(_("À partir du"), required=True)


class InviteForm(RoleForm):
    login = StringField(
        _("Identifiant"),
        [InputRequired(REQUIRED), Length(max=User.MAX_LOGIN), Regexp(LOGIN + "$", message=_(LOGIN_RULE))],
        filters=[lambda typed: typed.casefold() if typed else typed],
        description=_(LOGIN_RULE),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = text(_("Nom et prénom"), required=True, render_kw={"autocomplete": "off"})
    email = email(_("Adresse électronique"), required=True)


class IdentityForm(Form):
    name = text(_("Nom et prénom"), required=True, render_kw={"autocomplete": "off"})
    email = email(_("Adresse électronique"), required=True)


class RevokeForm(Form):
    reason = paragraph(_("Motif du retrait"), limit=2000, required=True, rows=2)


class ResetFactorForm(Form):
    reason = paragraph(
        _("Motif"),
        limit=2000,
        required=True,
        description=_("Et comment vous avez vérifié que c’est bien cette personne."),
    )
    password_too = BooleanField(_("Cette personne a oublié aussi son mot de passe"))
