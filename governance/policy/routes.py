"""The policies' main doors: the list, a policy, its making and the writing of its text."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.editing import keep
from governance.forms import Form, apply
from governance.lists import paged
from governance.policy import operations, queries
from governance.policy.blueprint import blueprint
from governance.policy.editing import EDITS, PolicyEdit, RuleEdit, SectionEdit
from governance.policy.forms import NewForm, RuleForm, SectionForm
from governance.visitor import load, visitor
from models.base import now, today
from models.permissions import Permission
from models.policy.observance import Observance
from models.policy.parts import PolicyRule, PolicySection
from models.policy.policy import Policy
from models.policy.text import TO_COME, content_of, inner
from models.policy.words import PartKind, PolicyStatus
from seed.policy import model

MAX_PARTS = 400


@blueprint.get("/")
@requires(Permission.POLICY_READ, Permission.TRAINING_READ)
def index() -> str | Response:
    """The policies she reads, with how far each is applied; whoever keeps the training only is led to it."""
    if not visitor().may(Permission.POLICY_READ):
        return redirect(url_for("policy.training"))
    page = paged(queries.listed(visitor(), request.args), queries.SORTS, "titre", details=queries.lines)
    return render_template("policy/index.html", page=page, statuses=PolicyStatus, today=today())


@blueprint.get("/<uuid:identity>")
@requires(Permission.POLICY_READ)
def show(identity: uuid.UUID) -> str:
    """One policy: its text in preparation, what it still lacks, its versions."""
    policy = load(Policy, identity, Permission.POLICY_READ, Policy.whole())
    return render_template(
        "policy/show.html",
        policy=policy,
        preamble=[one for one in policy.sections if one.kind is PartKind.PREAMBLE],
        versions=queries.versions(policy),
        consulted=queries.consultations(policy, policy.next_number),
        score=queries.scores_of(Observance.policy_id == policy.id).get(policy.id),
        today=today(),
    )


@blueprint.get("/modele")
@requires(Permission.POLICY_READ)
def show_model() -> str:
    """What the model holds, with where each rule comes from and how sure that is."""
    return render_template("policy/model.html", model=model())


@blueprint.get("/<uuid:identity>/apercu")
@requires(Permission.POLICY_READ)
def preview(identity: uuid.UUID) -> str:
    """The text in preparation exactly as it will be read."""
    policy = load(Policy, identity, Permission.POLICY_READ, Policy.whole())
    text = Markup("\n".join(inner(content_of(policy, TO_COME))))  # noqa: S704 -- each text in it was escaped
    return render_template("policy/preview.html", policy=policy, text=text, today=today())


@blueprint.get("/nouvelle")
@requires(Permission.POLICY_EDIT)
def start() -> str:
    """Where a new policy comes from: the model, or nothing."""
    here = visitor().establishment
    title = _("Politique de sécurité du système d’information")
    return render_template("policy/start.html", form=NewForm(title=title, place=str(here.id) if here else None))


@blueprint.post("/nouvelle")
@requires(Permission.POLICY_EDIT)
def create() -> Response | tuple[str, int]:
    """A policy in preparation from what was chosen."""
    form = NewForm()
    if not form.sent():
        return render_template("policy/start.html", form=form), 422
    policy = operations.begin(visitor(), form)
    flash(_("La PSSI « %(title)s » est en préparation.", title=policy.title), "success")
    return redirect(url_for("policy.show", identity=policy.id), 303)


# One form on a part of the policy


def editable(identity: uuid.UUID) -> Policy:
    """A policy that she may write, with all its parts."""
    return load(Policy, identity, Permission.POLICY_EDIT, Policy.whole())


def _page(edit: PolicyEdit, form: Any, conflict: dict[str, Any] | None = None) -> str:
    return render_template("policy/edit.html", policy=edit.policy, edit=edit, form=form, conflict=conflict)


def _kept(make: Any, form: Any) -> Response | tuple[str, int]:
    status, conflict = keep(visitor(), make, form)
    if status != 303:
        return _page(make(), form, conflict), status
    edit = make()
    flash(_("« %(title)s » : c’est enregistré.", title=_(edit.title)), "success")
    return redirect(url_for(edit.page, identity=edit.policy.id) + (f"#{edit.anchor}" if edit.anchor else ""), 303)


def _edit(identity: uuid.UUID, slug: str) -> PolicyEdit:
    kind = EDITS.get(slug) or abort(404)
    return kind(editable(identity))


@blueprint.get("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.POLICY_EDIT)
def edit(identity: uuid.UUID, slug: str) -> str:
    """The form of the settings, the blanks or the members."""
    found = _edit(identity, slug)
    return _page(found, found.fresh())


@blueprint.post("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.POLICY_EDIT)
def save(identity: uuid.UUID, slug: str) -> Response | tuple[str, int]:
    """Keep such a form; it never overwrites a colleague unseen."""
    found = _edit(identity, slug)
    form = found.form()
    if form.rearrange():
        return _page(found, form), 422
    return _kept(lambda: _edit(identity, slug), form)


# The sections and the rules


def _part(identity: uuid.UUID, part: uuid.UUID) -> SectionEdit | RuleEdit:
    policy = editable(identity)
    for section in policy.sections:
        if section.id == part:
            return SectionEdit(policy, section)
    rule = next((one for one in policy.rules if one.id == part), None) or abort(404)
    return RuleEdit(policy, rule)


@blueprint.get("/<uuid:identity>/parties/<uuid:part>")
@requires(Permission.POLICY_EDIT)
def edit_part(identity: uuid.UUID, part: uuid.UUID) -> str:
    """The form of a piece of the preamble, a chapter or a rule."""
    found = _part(identity, part)
    return _page(found, found.fresh())


@blueprint.post("/<uuid:identity>/parties/<uuid:part>")
@requires(Permission.POLICY_EDIT)
def save_part(identity: uuid.UUID, part: uuid.UUID) -> Response | tuple[str, int]:
    """Keep a part as typed."""
    form = _part(identity, part).form()
    return _kept(lambda: _part(identity, part), form)


@blueprint.get("/<uuid:identity>/chapitres/nouveau")
@requires(Permission.POLICY_EDIT)
def start_section(identity: uuid.UUID) -> str:
    """The empty form of a chapter."""
    policy = load(Policy, identity, Permission.POLICY_EDIT)
    return render_template("policy/new_part.html", policy=policy, form=SectionForm(seen="-"), chapter=None)


@blueprint.post("/<uuid:identity>/chapitres/nouveau")
@requires(Permission.POLICY_EDIT)
def create_section(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Add a chapter after the last."""
    policy, form = editable(identity), SectionForm()
    section = PolicySection(kind=PartKind.CHAPTER)
    return _added(policy, form, section, SectionEdit.NAMES, lambda: operations.add_section(policy, section), None)


@blueprint.get("/<uuid:identity>/chapitres/<uuid:part>/regles/nouvelle")
@requires(Permission.POLICY_EDIT)
def start_rule(identity: uuid.UUID, part: uuid.UUID) -> str:
    """The empty form of a rule of a chapter."""
    policy = editable(identity)
    chapter = _chapter(policy, part)
    form = RuleForm(seen="-", code=operations.next_code(policy.rules_of(chapter)))
    return render_template("policy/new_part.html", policy=policy, form=form, chapter=chapter)


@blueprint.post("/<uuid:identity>/chapitres/<uuid:part>/regles/nouvelle")
@requires(Permission.POLICY_EDIT)
def create_rule(identity: uuid.UUID, part: uuid.UUID) -> Response | tuple[str, int]:
    """Add a rule after the last of a chapter."""
    policy, form = editable(identity), RuleForm()
    chapter = _chapter(policy, part)
    rule = PolicyRule(section=chapter)
    return _added(policy, form, rule, RuleEdit.NAMES, lambda: operations.add_rule(policy, rule), chapter)


def _chapter(policy: Policy, part: uuid.UUID) -> PolicySection:
    return next((one for one in policy.chapters if one.id == part), None) or abort(404)


def _added(
    policy: Policy, form: Any, part: Any, names: tuple[str, ...], add: Any, chapter: PolicySection | None
) -> Response | tuple[str, int]:
    ready = form.sent()
    if ready and len(policy.sections) + len(policy.rules) >= MAX_PARTS:
        form.form_errors.append(_("Une PSSI a au plus %(max)s parties.", max=MAX_PARTS))
        ready = False
    for name in names:
        setattr(part, name, form[name].data or "")
    if not ready or not apply(form, lambda: policy.touch(visitor().name, now())) or not apply(form, add):
        return render_template("policy/new_part.html", policy=policy, form=form, chapter=chapter), 422
    session.flush()
    flash(_("« %(title)s » est ajouté au texte.", title=part.journal_title()), "success")
    return redirect(url_for("policy.show", identity=policy.id) + f"#partie-{part.code}", 303)


@blueprint.post("/<uuid:identity>/parties/<uuid:part>/retirer")
@requires(Permission.POLICY_EDIT)
def remove_part(identity: uuid.UUID, part: uuid.UUID) -> Response | tuple[str, int]:
    """Take a part out of the text; the journal keeps it."""
    found = _part(identity, part)

    def remove() -> None:
        if isinstance(found, RuleEdit):
            found.policy.rules.remove(found.rule)
        else:
            operations.remove_section(found.policy, found.section)

    return _arranged(found, remove, "texte")


@blueprint.post("/<uuid:identity>/parties/<uuid:part>/deplacer")
@requires(Permission.POLICY_EDIT)
def move_part(identity: uuid.UUID, part: uuid.UUID) -> Response | tuple[str, int]:
    """Move a part up or down among its like."""
    found = _part(identity, part)
    step = -1 if request.form.get("sens") == "haut" else 1

    def move() -> None:
        if isinstance(found, RuleEdit):
            operations.move(found.policy.rules_of(found.rule.section), found.rule, step)
        else:
            same = [one for one in found.policy.sections if one.kind is found.section.kind]
            operations.move(same, found.section, step)

    return _arranged(found, move, found.anchor)


def _arranged(found: PolicyEdit, arrange: Any, anchor: str) -> Response | tuple[str, int]:
    form = Form()
    if not apply(form, lambda: found.policy.touch(visitor().name, now())):
        return render_template("policy/refused.html", policy=found.policy, reasons=form.form_errors), 422
    arrange()
    return redirect(url_for("policy.show", identity=found.policy.id) + f"#{anchor}", 303)
