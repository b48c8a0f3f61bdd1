"""The doors through which an analysis leaves, in every format; they ask for a fresh code."""

import uuid

from flask import render_template, send_file
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from governance.doors import requires
from governance.forms import Form, file_format
from governance.risks import delivery
from governance.risks.blueprint import blueprint
from governance.visitor import load, visitor
from models.permissions import Permission
from models.risks.analysis import Analysis

FORMATS = (
    ("pdf", lazy_gettext("Rapport pour la direction (.pdf), avec les cartes")),
    ("docx", lazy_gettext("Le même, à retoucher (.docx)")),
    ("xlsx", lazy_gettext("Classeur Excel (.xlsx), réimportable")),
    ("json", lazy_gettext("Données (.json)")),
)


class HandOverForm(Form):
    """In which format the analysis leaves."""

    format = file_format(FORMATS, "pdf")


@blueprint.get("/<uuid:identity>/exporter")
@requires(Permission.RISKS_EXPORT, fresh=True)
def hand_over(identity: uuid.UUID) -> str:
    """Choose the format of the analysis."""
    analysis = load(Analysis, identity, Permission.RISKS_EXPORT)
    return render_template("risks/hand_over.html", analysis=analysis, form=HandOverForm())


@blueprint.post("/<uuid:identity>/exporter")
@requires(Permission.RISKS_EXPORT, fresh=True)
def deliver(identity: uuid.UUID) -> Response | tuple[str, int]:
    """The analysis in the format chosen, marked with its classification and the reader's name."""
    analysis, form = load(Analysis, identity, Permission.RISKS_EXPORT), HandOverForm()
    if not form.sent():
        return render_template("risks/hand_over.html", analysis=analysis, form=form), 422
    made = delivery.make(visitor(), identity, str(form.format.data))
    delivery.tell_export(made, identity)
    return send_file(made.content, mimetype=made.mimetype, as_attachment=True, download_name=made.name)
