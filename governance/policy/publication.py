"""The doors of a policy’s life: consulted on, approved and published, reviewed, archived."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance.consulting import ConsultationForm, consultation_form, keep_consultation
from governance.database import session
from governance.doors import requires
from governance.editing import mark
from governance.forms import Form, apply
from governance.policy import operations, queries
from governance.policy.blueprint import blueprint
from governance.policy.forms import ArchiveForm, PublishForm
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import now, today
from models.permissions import Permission
from models.policy.policy import Policy, PolicyConsultation
from seed.policy import model, steps

# Consultations


@blueprint.get("/<uuid:identity>/consultations")
@requires(Permission.POLICY_READ)
def consultations(identity: uuid.UUID) -> str:
    """Who was consulted, when, and what they said; and the steps that the model advises."""
    policy = load(Policy, identity, Permission.POLICY_READ)
    return render_template(
        "policy/consultations.html",
        policy=policy,
        consultations=queries.consultations(policy),
        steps=steps(),
        validation=model()["validation"],
        acts={row["code"]: row["label_fr"] for row in model()["validation"]["act_codes"]},
        today=today(),
    )


def _consultation_page(policy: Policy, consultation: PolicyConsultation | None, form: ConsultationForm) -> str:
    return render_template("policy/consultation.html", policy=policy, consultation=consultation, form=form)


@blueprint.get("/<uuid:identity>/consultations/nouvelle")
@requires(Permission.POLICY_EDIT)
def start_consultation(identity: uuid.UUID) -> str:
    """The empty form of a consultation."""
    policy = load(Policy, identity, Permission.POLICY_EDIT)
    return _consultation_page(policy, None, consultation_form(policy, number=policy.next_number))


@blueprint.post("/<uuid:identity>/consultations/nouvelle")
@requires(Permission.POLICY_EDIT)
def create_consultation(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Record a consultation."""
    policy = load(Policy, identity, Permission.POLICY_EDIT)
    made = PolicyConsultation(policy_id=policy.id, establishment_id=policy.establishment_id, recorded_by=visitor().name)
    return _kept(policy, made, None)


@blueprint.get("/consultations/<uuid:identity>")
@requires(Permission.POLICY_READ)
def consultation(identity: uuid.UUID) -> str:
    """One consultation, with the minutes attached to it."""
    found = load(PolicyConsultation, identity, Permission.POLICY_READ)
    return render_template(
        "policy/show_consultation.html", policy=found.policy, consultation=found, pieces=shelf(found)
    )


@blueprint.get("/consultations/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def edit_consultation(identity: uuid.UUID) -> str:
    """The form of a consultation."""
    found = load(PolicyConsultation, identity, Permission.POLICY_EDIT)
    return _consultation_page(found.policy, found, consultation_form(found.policy, obj=found))


@blueprint.post("/consultations/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def save_consultation(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a consultation."""
    found = load(PolicyConsultation, identity, Permission.POLICY_EDIT)
    return _kept(found.policy, found, found)


def _kept(policy: Policy, found: PolicyConsultation, known: PolicyConsultation | None) -> Response | tuple[str, int]:
    form = consultation_form(policy)
    if not form.sent() or not apply(form, lambda: keep_consultation(found, form, "policy_id")):
        return _consultation_page(policy, known, form), 422
    flash(_("La consultation est enregistrée."), "success")
    return redirect(url_for("policy.consultations", identity=policy.id), 303)


# Publication


def _publish_page(policy: Policy, form: PublishForm) -> str:
    return render_template(
        "policy/publish.html",
        policy=policy,
        form=form,
        consultations=queries.consultations(policy, policy.next_number),
    )


def _seen(policy: Policy) -> str:
    """What marks the text that the publisher read: everything that an edit of it changes."""
    return mark({"revision": policy.revision, "at": policy.updated_at.isoformat()})


@blueprint.get("/<uuid:identity>/publier")
@requires(Permission.POLICY_VALIDATE, fresh=True)
def start_publication(identity: uuid.UUID) -> str:
    """What a publication freezes, and the decision that it rests on."""
    policy = load(Policy, identity, Permission.POLICY_VALIDATE, Policy.whole())
    first, home = policy.published_number is None, policy.establishment
    form = PublishForm(
        seen=_seen(policy),
        is_major="yes" if first else None,
        approved_by=home.legal_representative,
        approved_as=_("Représentant légal"),
        effective_on=today(),
    )
    return _publish_page(policy, form)


@blueprint.post("/<uuid:identity>/publier")
@requires(Permission.POLICY_VALIDATE, fresh=True)
def publish(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Freeze the next version: its bytes never change again."""
    policy, form = load(Policy, identity, Permission.POLICY_VALIDATE, Policy.whole()), PublishForm()
    if not form.sent():
        return _publish_page(policy, form), 422
    if form.seen.data != _seen(policy):
        form.form_errors.append(
            _(
                "%(who)s a modifié la PSSI depuis que vous avez ouvert cette page : relisez l’aperçu, puis publiez.",
                who=policy.updated_by,
            )
        )
        form.seen.data = _seen(policy)
        return _publish_page(policy, form), 409
    approval = operations.approval_of(visitor(), form)
    if not apply(form, lambda: operations.publish(policy, approval)):
        return _publish_page(policy, form), 422
    flash(_("La version %(number)s est publiée.", number=policy.published_number), "success")
    return redirect(url_for("policy.version", identity=policy.id, number=policy.published_number), 303)


# The review, and the end


@blueprint.post("/<uuid:identity>/revue")
@requires(Permission.POLICY_VALIDATE)
def confirm_review(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Say that the review was made and changes nothing: the next one is due one period later."""
    policy, form = load(Policy, identity, Permission.POLICY_VALIDATE), Form()
    if not apply(form, lambda: policy.touch(visitor().name, now())) or not apply(form, lambda: policy.confirm(today())):
        return render_template("policy/refused.html", policy=policy, reasons=form.form_errors), 422
    flash(_("La revue est enregistrée : la version en vigueur est confirmée."), "success")
    return redirect(url_for("policy.show", identity=policy.id), 303)


@blueprint.get("/<uuid:identity>/archiver")
@requires(Permission.POLICY_VALIDATE)
def start_archiving(identity: uuid.UUID) -> str:
    """Ask why a policy no longer applies."""
    policy = load(Policy, identity, Permission.POLICY_VALIDATE)
    return render_template("policy/archive.html", policy=policy, form=ArchiveForm())


@blueprint.post("/<uuid:identity>/archiver")
@requires(Permission.POLICY_VALIDATE)
def archive(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Close a policy: its versions stay readable."""
    policy, form = load(Policy, identity, Permission.POLICY_VALIDATE), ArchiveForm()
    if not form.sent() or not apply(form, lambda: policy.archive(today(), form.reason.data)):
        return render_template("policy/archive.html", policy=policy, form=form), 422
    session.flush()
    flash(_("La PSSI est archivée."), "success")
    return redirect(url_for("policy.show", identity=policy.id), 303)
