"""What may be typed in the plan: an action, how far it is, why it is given up, in which format it leaves."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from governance.forms import DayField, Form, PlacedForm, file_format, identity, paragraph, text, word
from governance.places import departments_of
from governance.plan import queries
from models.plan import Priority

SHARE = _("Donnez un nombre entier de 0 à 100.")


class ActionForm(PlacedForm):
    """What somebody is to do. The accounts and departments offered are those of `establishment_id`."""

    title = text(_("Action"), required=True, description=_("Un verbe d’abord : « Signer l’avenant »."))
    note = paragraph(_("Précisions"))
    owner_id = identity(_("Responsable"), list)
    owner_name = text(
        _("Ou une personne sans compte"),
        description=_("Son nom. Si vous lisez l’annuaire, son nom ou son matricule suffit à la retrouver."),
    )
    due_on = DayField(_("Échéance"))
    priority = word(_("Priorité"), Priority, required=True)
    department_id = identity(_("Service"), list)
    revision = HiddenField()

    offered: ClassVar = {"owner_id": queries.account_choices, "department_id": departments_of}


class ShareField(IntegerField):
    """A whole number of percents."""

    def process_formdata(self, valuelist: Any) -> None:
        typed = (valuelist[0] if valuelist else "").strip()
        if typed and not (typed.isascii() and typed.isdecimal() and len(typed) < 6):
            raise ValueError(SHARE)
        self.data = int(typed) if typed else None


class FollowForm(Form):
    """How far it is, and what there is to say of it."""

    progress = ShareField(
        _("Avancement (%)"),
        [Optional(), NumberRange(0, 100, message=SHARE)],
        render_kw={"min": 0, "max": 100, "step": 5},
    )
    comment = paragraph(_("Commentaire"), limit=4000)


class DropForm(Form):
    """Why an action is given up."""

    reason = paragraph(_("Motif"), limit=2000, required=True)


class BulkForm(Form):
    """What may be set on several actions at once."""

    due_on = DayField(_("Échéance"))


FORMATS = (
    ("xlsx", _("Classeur Excel (.xlsx)")),
    ("csv", _("Tableau (.csv)")),
    ("pdf", _("Document PDF")),
    ("json", _("Données (.json)")),
)


class ExportForm(Form):
    """In which format the plan leaves."""

    format = file_format(FORMATS)
