"""What may be typed when importing: the file, and what is ticked among the things it suggests."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from governance.forms import DayField, Form, ListedField, OfferingForm
from governance.imports.outcomes import WRITTEN, Choices, Plain
from governance.visitor import Place
from models.base import today


class UploadForm(OfferingForm):
    """A file, and the establishment that receives it where several may."""

    objet = HiddenField()
    etablissement = ListedField(_("Établissement"), list, required=True)
    file = FileField(_("Fichier .ods, .xlsx, .csv ou .json"), [FileRequired(_("Choisissez un fichier."))])

    def __init__(self, places: Sequence[Place], **options: Any) -> None:
        super().__init__({"etablissement": lambda: [(place.code, place.name) for place in places]}, **options)
        if not places:
            del self.etablissement


class TicksField(SelectMultipleField):
    """Boxes to tick. Whether what comes back was offered, the operation says."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def confirmation(proposals: Sequence[Plain]) -> Form:
    """The form of a preview: for each proposal its boxes, the box that ticks them all, its day (today, to correct)."""
    fields: dict[str, Any] = {}
    for one in proposals:
        name, offers = one["name"], one["offers"]
        if one["whole"]:
            fields[f"{name}_all"] = BooleanField(gettext(one["whole"]))
        told = [
            SelectChoice(offer["value"], " – ".join(filter(None, (offer["title"], offer["detail"]))))
            for offer in offers
        ]
        fields[name] = TicksField(
            gettext(one["title"]), description=gettext(one["explanation"]), choices=told, validate_choice=False
        )
        if one["day"]:
            fields[f"{name}_on"] = DayField(gettext(one["day"]), default=today)
    form: Form = type("ConfirmationForm", (Form,), fields)()
    return form


def ticked(form: Form, proposals: Sequence[Plain]) -> Choices | None:
    """What was ticked, by proposal, with its day; None when the form holds an error, said beside its field."""
    if not form.sent():
        return None
    chosen: Choices = {}
    for one in proposals:
        name = one["name"]
        everything = one["whole"] and form[f"{name}_all"].data
        values = [offer["value"] for offer in one["offers"]] if everything else form[name].data
        if not values:
            continue
        chosen[name] = values
        if one["day"] and not _with_day(form, name, chosen):
            return None
    return chosen


def left_out(sent: MultiDict[str, str], rows: Sequence[Plain]) -> list[int]:
    """The numbers of the lines shown with a box that came back without its tick; none where no box was shown."""
    if "lines" not in sent:
        return []
    kept = set(sent.getlist("line"))
    return [row["number"] for row in rows if may_be_left_out(row) and str(row["number"]) not in kept]


def may_be_left_out(row: Plain) -> bool:
    """Whether a line of the report would be written, and was numbered to be left out."""
    return row["action"] in WRITTEN and "number" in row


def _with_day(form: Form, name: str, chosen: Choices) -> bool:
    day = form[f"{name}_on"]
    if day.data is None or not "".join(day.raw_data or ()).strip():
        day.errors = [*day.errors, gettext("Donnez la date qui vaut pour les cases cochées.")]
        return False
    chosen[f"{name}_on"] = day.data.isoformat()
    return True
