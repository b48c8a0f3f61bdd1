"""Forms: what may be typed. They check shape and say it in French; the rules themselves live on the models."""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, partial
from typing import Any, ClassVar

from flask import request
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import Choice, SelectChoice  # type: ignore[attr-defined]
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired, Length, Optional, Regexp, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from governance.terms import terms
from models.rules import RuleBroken
from models.vocabulary import Vocabulary

REQUIRED = lazy_gettext("Renseignez ce champ.")
INCOMPLETE_ADDRESS = lazy_gettext("Donnez une adresse complète, par exemple prenom.nom@hopital.example.")
TOO_LONG = lazy_gettext("Au plus %(max)d caractères.")

_DRAGGED = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""What shows nothing and changes nothing: the soft hyphen, blanks of no width, marks of direction around numbers."""


def strip(value: Any) -> Any:
    """Typed text without blanks around nor the marks that a copied text drags along, its lines ended as the house ends
    them; nothing typed is None."""
    return (_DRAGGED.sub("", value).replace("\r\n", "\n").strip() or None) if isinstance(value, str) else value


def no_control_characters(form: Any, field: Field) -> None:
    """PostgreSQL cannot keep a NUL, nor an office file other control characters, and those that turn the direction of
    the text make a name look like another: say so before they go further. A field of one line holds no line break."""
    allowed = "\t\n\r" if isinstance(field, TextAreaField) else "\t"
    if isinstance(field.data, str) and any(_is_invisible(letter) and letter not in allowed for letter in field.data):
        raise ValidationError(_("Ce texte contient un caractère invisible : saisissez-le à nouveau."))


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf") and letter not in "\u200c\u200d"  # these join emoji


class Filled:
    """Something was typed, and not only blanks."""

    field_flags = {"required": True}  # noqa: RUF012 -- read by WTForms as a plain class attribute

    def __call__(self, form: Any, field: Field) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(REQUIRED)


@cache
def _translations(locale: str) -> Any:
    """WTForms' own sentences; it would read them from the disk for each request."""
    return get_translations((locale,))


class _HouseMeta:
    def get_translations(self, form: Any) -> Any:
        return _translations(str(get_locale()))

    def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Any:
        if issubclass(unbound.field_class, StringField | TextAreaField):
            options["filters"] = [*unbound.kwargs.get("filters", ()), strip]
        return unbound.bind(form=form, **options)


class Form(FlaskForm):
    """The base of every form that is posted: blanks stripped, CSRF token carried."""

    class Meta(_HouseMeta, FlaskForm.Meta):
        pass

    def sent(self) -> bool:
        """Whether the form was posted and holds what it should."""
        return bool(self.validate_on_submit())

    def rearrange(self) -> bool:
        """Add or remove a row when an « Ajouter » or « Retirer » button was pressed; true when it was."""
        added, removed = request.form.get("add"), request.form.get("remove")
        if added and isinstance(rows := self._fields.get(added), FieldList):
            rows.append_entry()
            rows.entries[-1].fresh = True
            return True
        if removed:
            name, _dash, index = removed.rpartition("-")
            rows = self._fields.get(name)
            if isinstance(rows, FieldList) and index.isdecimal() and int(index) < len(rows.entries):
                del rows.entries[int(index)]
                return True
        return False


class OfferingForm(Form):
    """A form whose lists depend on where it is opened: `offers` says what each such field lists."""

    def __init__(self, offers: Mapping[str, Callable[[], list[tuple[str, str]]]], **options: Any) -> None:
        self._offers = offers
        super().__init__(**options)

    def process(self, *given: Any, **more: Any) -> None:
        """What is offered is known before what was typed is compared with it."""
        for name, listed in self._offers.items():
            self._fields[name].listed = listed
        super().process(*given, **more)


class PlacedForm(OfferingForm):
    """A form whose lists offer what belongs to one establishment: `offered` says which, field by field."""

    offered: ClassVar[dict[str, Callable[[uuid.UUID], list[tuple[str, str]]]]] = {}

    def __init__(self, establishment_id: uuid.UUID | None, **options: Any) -> None:
        self.establishment_id = establishment_id
        super().__init__({name: partial(self._choices, choices) for name, choices in self.offered.items()}, **options)

    def _choices(self, choices: Callable[[uuid.UUID], list[tuple[str, str]]]) -> list[tuple[str, str]]:
        return choices(self.establishment_id) if self.establishment_id else []


class RowForm(PlainForm):
    """The base of a row inside a form."""

    class Meta(_HouseMeta, PlainForm.Meta):
        pass

    def called(self, number: int) -> str:
        """How a complaint names this row, the `number`th of its list."""
        return str(number)


def apply(form: Any, rule: Callable[[], object]) -> bool:
    """Run a rule of the model; when it refuses, put its sentence on its field (or on the form) and say False."""
    try:
        rule()
    except RuleBroken as broken:
        field = form._fields.get(broken.field)
        if field is None:
            form.form_errors.append(_(broken.message))
        else:
            field.errors = [*field.errors, _(broken.message)]
        return False
    return True


NOT_KEPT = frozenset({"revision", "seen", "csrf_token"})
"""The fields by which a form keeps house; no record has them from it."""


def fill(record: Any, form: Any, kinds: Mapping[str, Callable[[], Any]], but: Collection[str] = ()) -> None:
    """Put what a form holds into a record: its own fields, `but` some, and the rows of its collections, of which
    `kinds` makes new ones."""
    for field in form:
        if isinstance(field, FieldList):
            setattr(record, field.name, laid(field, getattr(record, field.name), kinds[field.name]))
        elif field.name not in NOT_KEPT and field.name not in but:
            setattr(record, field.name, field.data)


def laid(typed: "FieldList[Any]", present: Iterable[Any], make: Callable[[], Any]) -> list[Any]:
    """The rows typed, laid over those that are there by their identity (`id`), in their order: changed or new ones.

    What was left out is not among them.
    """
    known = {str(row.id): row for row in present}
    kept = []
    for position, entry in enumerate(typed.entries):
        row = known.get(entry.form["id"].data or "") or make()
        if hasattr(row, "position"):
            row.position = position
        for field in entry.form:
            if field.short_name != "id":
                setattr(row, field.short_name, field.data)
        kept.append(row)
    return kept


def text(label: str, limit: int = 200, required: bool = False, **options: Any) -> Any:
    """A line of text of at most `limit` characters."""
    return StringField(label, validators=_text_rules(limit, required), **options)


def paragraph(label: str, limit: int = 20_000, required: bool = False, rows: int = 3, **options: Any) -> Any:
    """A text of several lines."""
    return TextAreaField(label, validators=_text_rules(limit, required), render_kw={"rows": rows}, **options)


def email(label: str, required: bool = False) -> Any:
    """An e-mail address, with an @ and a domain."""
    return StringField(
        label,
        validators=[*_text_rules(200, required), Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=INCOMPLETE_ADDRESS)],
        render_kw={"type": "email", "autocomplete": "off"},
    )


def _text_rules(limit: int, required: bool) -> list[Any]:
    first = Filled() if required else Optional()
    return [first, Length(max=limit, message=TOO_LONG), no_control_characters]


class DayField(DateField):
    """A date: the browser's own picker, or typed as 31/12/2026."""

    def __init__(self, label: str, required: bool = False, **options: Any) -> None:
        rules = [Filled() if required else Optional(), possible_day]
        super().__init__(label, rules, format=["%Y-%m-%d", "%d/%m/%Y"], **options)

    def process_formdata(self, valuelist: Any) -> None:
        self.data = None if valuelist else self.data  # emptied: what was there, or came by default, is not meant
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError:
            raise ValueError(_("Donnez une date qui existe, par exemple 31/12/2026.")) from None


def possible_day(form: Any, field: Field) -> None:
    """Refuse years that are slips of the keyboard."""
    if isinstance(field.data, dt.date) and not 1900 <= field.data.year <= 2200:
        raise ValidationError(_("L’année doit être comprise entre 1900 et 2200."))


def term(label: str, scheme: str, required: bool = False) -> Any:
    """One term of a reference list of the catalogue."""
    return ListedField(label, lambda: terms().choices(scheme), required=required)


def word(label: str, words: type[Vocabulary], required: bool = False) -> Any:
    """One member of a vocabulary of the models."""
    return ListedField(label, words.choices, required=required, coerce=words)


def yes_no(label: str) -> Any:
    """Yes, no, or not said: True, False, None."""
    return ListedField(label, lambda: [("yes", _("Oui")), ("no", _("Non"))], coerce=_boolean, none=_("Non renseigné"))


def _boolean(value: Any) -> bool:
    return value in ("yes", True, "True")


class NumberField(StringField):
    """A number between `least` and `most`, whole unless `decimals`; « 99,5 » and « 99.5 » are the same."""

    data: Any

    def __init__(
        self,
        label: str,
        least: int = 0,
        most: int = 1_000_000,
        *,
        decimals: bool = False,
        required: bool = False,
        **options: Any,
    ):
        self.least, self.most, self.decimals = least, most, decimals
        mode = {"inputmode": "decimal" if decimals else "numeric"}
        super().__init__(label, [Filled() if required else Optional()], render_kw=mode, **options)

    def _value(self) -> str:
        if isinstance(self.data, float):
            return f"{self.data:g}".replace(".", ",")
        return "" if self.data is None else str(self.data)

    def pre_validate(self, form: object) -> None:
        if not isinstance(self.data, str):
            return
        typed = self.data.replace(" ", "").replace("\u202f", "").replace("\xa0", "").replace(",", ".")
        try:
            value = (float if self.decimals else int)(typed)
        except ValueError:
            value = None
        if value is None or not typed.isascii() or not self.least <= value <= self.most:
            kind = _("un nombre") if self.decimals else _("un nombre entier")
            raise ValidationError(
                _("Donnez %(kind)s entre %(least)s et %(most)s.", kind=kind, least=self.least, most=self.most)
            )
        self.data = value


class MonthField(DateField):
    """A month: the browser's own picker, or typed as 12/2026; its first day is kept."""

    def __init__(self, label: str, required: bool = False, **options: Any) -> None:
        rules = [Filled() if required else Optional(), possible_day]
        super().__init__(label, rules, format=["%Y-%m", "%m/%Y"], render_kw={"type": "month"}, **options)

    def process_formdata(self, valuelist: Any) -> None:
        self.data = None if valuelist else self.data  # emptied: what was there, or came by default, is not meant
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError:
            raise ValueError(_("Donnez un mois qui existe, par exemple 12/2026.")) from None


def identity(label: str, choices: Callable[[], list[tuple[str, str]]], required: bool = False) -> Any:
    """One record, by its identity."""
    return ListedField(label, choices, required=required, coerce=lambda value: uuid.UUID(str(value)))


class ListedField(SelectField):
    """A choice whose list is asked for when shown; nothing chosen is None, an unknown value refused."""

    def __init__(
        self,
        label: str,
        listed: Callable[[], list[tuple[str, str]]],
        *,
        required: bool = False,
        coerce: Callable[[Any], Any] = str,
        none: str = "—",
        **options: Any,
    ) -> None:
        rules = [_Chosen()] if required else [Optional()]
        super().__init__(label, rules, coerce=coerce, choices=[], validate_choice=False, **options)
        self.listed, self.none = listed, none
        self.typed: str | None = None

    def iter_choices(self) -> Any:
        current = self.typed if self.typed is not None else _posted(self.data)
        yield Choice("", self.none, current in (None, ""), {})
        for value, label in self.listed():
            yield Choice(value, label, value == current, {})

    def process_data(self, value: Any) -> None:
        self.data = value

    def process_formdata(self, valuelist: Any) -> None:
        if not valuelist:
            return
        self.typed = valuelist[0].strip()
        self.data = None
        if self.typed:
            if self.typed not in [value for value, _label in self.listed()]:
                raise ValueError(_("Choisissez une valeur de la liste."))
            self.data = self.coerce(self.typed)

    def pre_validate(self, form: Any) -> None:
        """The value was checked when it was read."""


class _Chosen:
    """Something of the list was chosen."""

    field_flags = {"required": True}  # noqa: RUF012 -- read by WTForms as a plain class attribute

    def __call__(self, form: Any, field: Field) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(_("Choisissez une valeur."))


def _posted(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


class TermsField(SelectMultipleField):
    """Several terms of a reference list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, scheme: str, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)
        self.scheme = scheme

    def iter_choices(self):  # type: ignore[no-untyped-def]
        for code, label in terms().choices(self.scheme):
            yield Choice(code, label, code in (self.data or ()), {})

    def pre_validate(self, form: object) -> None:
        known = terms()
        self.data = [code for code in self.data or () if known.has(self.scheme, code)] or None


class TickedField(SelectMultipleField):
    """Several records, as checkboxes; `listed` gives (identity, label)."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, listed: Any, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)
        self.listed = listed

    def iter_choices(self):  # type: ignore[no-untyped-def]
        from_form = {str(one) for one in self.data or ()}
        for value, label in self.listed():
            yield Choice(value, label, value in from_form, {})

    def pre_validate(self, form: object) -> None:
        known = {value for value, _label in self.listed()}
        self.data = [str(one) for one in self.data or () if str(one) in known]


def rows(row_form: type[RowForm], label: str, limit: int = 200) -> Any:
    """A list of rows of the same form."""
    return FieldList(FormField(row_form), label, max_entries=limit)


def file_format(formats: Iterable[tuple[str, Any]], default: str = "xlsx") -> RadioField:
    """In which format something leaves: `formats` are endings, each with what people call it."""
    return RadioField(
        lazy_gettext("Format"),
        choices=[SelectChoice(*one) for one in formats],
        default=default,
        validators=[InputRequired(lazy_gettext("Choisissez un format."))],
    )
