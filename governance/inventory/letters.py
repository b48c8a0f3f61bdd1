"""The doors of the letters to vendors: written from the catalogue and the assessment, reread, then sent or taken."""

import datetime as dt
import io
import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from exports import letters
from exports.texts import day
from governance import mail
from governance.database import session
from governance.doors import requires
from governance.forms import Form, email, paragraph, text
from governance.inventory import queries
from governance.inventory.blueprint import blueprint
from governance.inventory.decisions import _in_force
from governance.media import MIMETYPES
from governance.visitor import load, visitor
from models.base import today
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.criteria import LetterModel
from models.inventory.followup import DECIDE_WITHIN, Exchange
from models.inventory.words import Channel
from models.permissions import Permission
from models.positions.nomination import Nomination
from models.positions.words import JobKind

DOCX = MIMETYPES["docx"]
REMINDERS = ("reminder_1", "reminder_2")


class LetterForm(Form):
    """A letter before it leaves: everything may be changed."""

    recipient = email(lazy_gettext("Adresse du destinataire"))
    subject = text(lazy_gettext("Objet"), required=True)
    body = paragraph(lazy_gettext("Texte"), required=True, rows=18)


def _models() -> list[LetterModel]:
    return list(session.scalars(select(LetterModel).order_by(LetterModel.position)))


@blueprint.get("/<uuid:identity>/courrier")
@requires(Permission.INVENTORY_EDIT)
def letter(identity: uuid.UUID) -> str:
    """A letter written for this application, to reread (`?modele=`)."""
    application = load(Application, identity, Permission.INVENTORY_EDIT, Application.whole())
    models = _models()
    chosen = next((one for one in models if one.code == request.args.get("modele")), _suited(models, application))
    current = queries.current_assessment(application.id)
    values = _values(application, current, chosen)
    form = LetterForm(
        recipient=application.vendor.write_to() if application.vendor else None,
        subject=letters.filled(chosen.subject, values)[:200],
        body=letters.filled(chosen.body, values),
    )
    return _page(application, chosen, form)


def _suited(models: list[LetterModel], application: Application) -> LetterModel:
    """The letter that comes next: a reminder when a question waits for its answer, else the first question."""
    waiting = next((one for one in application.exchanges if not one.replied_on), None)
    code = "first_question" if waiting is None else "reminder_2" if waiting.reminded_on else "reminder_1"
    return next((one for one in models if one.code == code), models[0] if models else abort(404))


def _page(application: Application, chosen: LetterModel, form: LetterForm) -> str:
    return render_template(
        "inventory/letter.html", application=application, chosen=chosen, models=_models(), form=form, today=today()
    )


def _values(application: Application, current: Assessment | None, model: LetterModel) -> dict[str, str | None]:
    criteria, on = queries.criteria(), today()
    points = letters.lacking(current, criteria, model.facts["line"])
    met = letters.reached(current, criteria)
    known = {
        "etablissement": application.establishment.name,
        "signataire_fonction": visitor().name,
        "reference": application.reference,
        "application": application.name,
        "version_application": application.version or _("version en service"),
        "donnees_de_sante": _(", qui traite des données de santé à caractère personnel")
        if application.holds_health_data
        else "",
        "date_reponse_attendue": day(on + dt.timedelta(days=model.reply_days)),
        "contact_rssi": _rssi(application),
        "contact_application": application.owner_name,
        "reference_contrat": application.contract_reference,
        "liste_criteres_atteints": "\n".join(f"- {one.code} {one.title}" for one in met) or letters.NOTHING,
        **_dates(application, current),
    }
    return letters.values_of(model, current, points, known)


def _dates(application: Application, current: Assessment | None) -> dict[str, str | None]:
    """What was asked, answered and decided, for the letters that recall it."""
    asked = application.exchanges[0] if application.exchanges else None
    decision = _in_force(application)
    found: dict[str, dt.date | None] = {
        "date_premier_envoi": application.exchanges[-1].asked_on if application.exchanges else None,
        "date_relance_1": asked.reminded_on if asked else None,
        "date_reponse": asked.replied_on if asked else None,
        "date_decision": current.assessed_on + DECIDE_WITHIN if current else None,
        "date_arbitrage": decision.decided_on if decision else None,
        "date_cible": decision.target_on if decision else None,
        "date_fin_derogation": decision.expires_on if decision else None,
        "date_cloture": today(),
    }
    told: dict[str, str | None] = {name: day(on) if on else None for name, on in found.items()}
    told["mesures_provisoires"] = letters.in_sentence(decision.measures) if decision else None
    return told


def _rssi(application: Application) -> str | None:
    """Who holds the post of RSSI of the establishment today, when Vigie knows it."""
    query = select(Nomination).where(
        Nomination.establishment_id == application.establishment_id,
        Nomination.kind == JobKind.RSSI,
        Nomination.is_in_office(today()),
    )
    holder = session.scalars(query.order_by(Nomination.starts_on.desc()).limit(1)).first()
    return holder.person.name if holder else None


def _sent(identity: uuid.UUID) -> tuple[Application, LetterModel, LetterForm]:
    application = load(Application, identity, Permission.INVENTORY_EDIT, Application.whole())
    chosen = session.get(LetterModel, request.form.get("modele", "")[:40]) or _suited(_models(), application)
    return application, chosen, LetterForm()


@blueprint.post("/<uuid:identity>/courrier")
@requires(Permission.INVENTORY_EDIT)
def take_letter(identity: uuid.UUID) -> Response | tuple[str, int]:
    """The letter as a docx to print and sign; the contact log says nothing of it yet."""
    application, chosen, form = _sent(identity)
    if not form.sent():
        return _page(application, chosen, form), 422
    made = _docx(application, chosen, form)
    return send_file(io.BytesIO(made), mimetype=DOCX, as_attachment=True, download_name=_filename(application))


def _docx(application: Application, chosen: LetterModel, form: LetterForm) -> bytes:
    current = queries.current_assessment(application.id)
    return letters.letter(
        form.subject.data,
        form.body.data,
        establishment=application.establishment,
        vendor=application.vendor,
        on=today(),
        points=letters.lacking(current, queries.criteria(), chosen.facts["line"]),
        form=chosen.facts.get("form"),
    )


def _filename(application: Application) -> str:
    return f"courrier-{application.reference}-{today():%Y-%m-%d}.docx".lower()


@blueprint.post("/<uuid:identity>/courrier/envoyer")
@requires(Permission.INVENTORY_EDIT)
def send_letter(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Send the letter by mail, with its docx, or note that it left on paper; the contact log keeps it."""
    application, chosen, form = _sent(identity)
    by_mail = request.form.get("par") != "courrier"
    ready = form.sent() and (not by_mail or _is_complete(form))
    if by_mail and not form.recipient.data and not form.recipient.errors:
        form.recipient.errors = [*form.recipient.errors, _("Donnez l’adresse à laquelle envoyer le courriel.")]
        ready = False
    if not ready:
        return _page(application, chosen, form), 422
    if by_mail:
        mail.queue(
            form.recipient.data,
            "inventory/mail_letter.txt",
            place=application.establishment_id,
            files=[mail.File(_filename(application), DOCX, _docx(application, chosen, form))],
            subject=form.subject.data,
            body=form.body.data,
        )
    _log(application, chosen, form, Channel.EMAIL if by_mail else Channel.LETTER)
    flash(_("Le courriel est prêt à partir ; l’échange est noté.") if by_mail else _("L’envoi est noté."), "success")
    return redirect(url_for("inventory.followup", identity=application.id), 303)


def _is_complete(form: LetterForm) -> bool:
    """Whether nothing of the mail is left to fill; else each field that has a blank says so."""
    for field in (form.subject, form.body):
        if letters.TO_FILL in field.data:
            field.errors = [_("Remplacez chaque « [à compléter] » : le courriel part tel quel.")]
    return not (form.subject.errors or form.body.errors)


def _log(application: Application, chosen: LetterModel, form: LetterForm, channel: Channel) -> None:
    """A reminder is noted on the question it recalls; any other letter is an exchange of its own."""
    waiting = next((one for one in application.exchanges if not one.replied_on), None)
    if chosen.code in REMINDERS and waiting is not None:
        waiting.remind(today())
        return
    made: dict[str, Any] = {
        "asked_on": today(),
        "asked_by": visitor().name,
        "channel": channel,
        "addressee": form.recipient.data,
        "question": f"{form.subject.data}\n\n{form.body.data}",
        "letter": chosen.code,
        "reply_expected_on": today() + dt.timedelta(days=chosen.reply_days),
    }
    session.add(Exchange(establishment_id=application.establishment_id, application=application, **made))
