"""The policies' verbs: those that make one, freeze a version, or touch more than one record."""

import hashlib
import re
import uuid
from typing import Any

from sqlalchemy import select

from governance import checkpoints
from governance.database import session
from governance.policy import queries
from governance.visitor import Visitor
from models.base import now, today
from models.establishments import Establishment
from models.journal import Verb, tell
from models.policy.observance import Observance, follow
from models.policy.parts import PolicyRule, PolicySection
from models.policy.policy import Approval, Policy, PolicyVersion
from models.policy.words import PolicyStatus
from models.references import free_references
from models.rules import RuleBroken
from models.vocabulary import N_
from seed.policy import fill_from_model, sync_blanks


def begin(who: Visitor, form: Any) -> Policy:
    """A policy in preparation, from the model or from nothing."""
    home = session.get_one(Establishment, uuid.UUID(form.place.data))
    policy = Policy(establishment_id=home.id, title=form.title.data, status=PolicyStatus.DRAFT, owner=who.name)
    if form.origin.data == "model":
        fill_from_model(policy, known(home))
    else:
        sync_blanks(policy)
    policy.touch(who.name, now())
    session.add(policy)
    session.flush()
    return policy


def known(home: Establishment) -> dict[str, str | None]:
    """What the application knows already of the blanks of the model."""
    dpo = ", ".join(part for part in (home.dpo_email, home.dpo_phone) if part)
    site = ", ".join(part for part in (home.name, home.city) if part)
    return {
        "nom_etablissement": home.name,
        "nom_ght": home.group.name,
        "liste_sites": site,
        "lieu": home.city,
        "contact_dpo": dpo or None,
    }


def add_section(policy: Policy, section: PolicySection) -> None:
    """Put a section after the last of its kind."""
    if any(one.code == section.code for one in policy.sections):
        raise RuleBroken("code", N_("Ce code est déjà pris dans cette politique : choisissez-en un autre."))
    same = [one for one in policy.sections if one.kind is section.kind]
    policy.sections.insert(policy.sections.index(same[-1]) + 1 if same else len(policy.sections), section)
    for position, one in enumerate(policy.sections):
        one.position = position
    sync_blanks(policy)


def next_code(rules: list[PolicyRule]) -> str:
    """The code that follows those of a chapter: R-ORG-09 after R-ORG-08; "" when they do not count."""
    found = [one for one in (re.fullmatch(r"(.*?)(\d{1,6})", rule.code) for rule in rules) if one]
    last = max(found, key=lambda one: int(one[2]), default=None)
    return f"{last[1]}{int(last[2]) + 1:0{len(last[2])}}" if last else ""


def add_rule(policy: Policy, rule: PolicyRule) -> None:
    """Put a rule after the last of its chapter."""
    if any(one.code == rule.code for one in policy.rules if one is not rule):
        raise RuleBroken("code", N_("Ce code est déjà pris dans cette politique : choisissez-en un autre."))
    rule.position = max((one.position for one in policy.rules), default=-1) + 1
    policy.rules.append(rule)
    sync_blanks(policy)


def remove_section(policy: Policy, section: PolicySection) -> None:
    """Take a section out of the text, with its rules when it is a chapter."""
    for rule in policy.rules_of(section):
        policy.rules.remove(rule)
    policy.sections.remove(section)


def move(rows: list[Any], one: Any, step: int) -> None:
    """Exchange a row with its neighbour, before (-1) or after (1)."""
    place = rows.index(one) + step
    if 0 <= place < len(rows):
        one.position, rows[place].position = rows[place].position, one.position


def approval_of(who: Visitor, form: Any) -> Approval:
    """The decision to publish that a form holds."""
    names = ("effective_on", "approved_by", "approved_as", "approved_on", "note", "unconsulted_reason")
    values = {name: form[name].data for name in names}
    return Approval(by=who.name, at=now(), on=today(), is_major=form.is_major.data == "yes", **values)


def publish(policy: Policy, approval: Approval) -> PolicyVersion:
    """Freeze the next version, follow its rules, tell it to the journal with its digest, attest that.

    Raises RuleBroken.
    """
    consulted = bool(queries.consultations(policy, policy.next_number))
    version = policy.publish(approval, consulted=consulted)
    session.add(version)
    followed = session.scalars(select(Observance).where(Observance.policy_id == policy.id)).all()
    session.flush()
    session.add_all(follow(version, followed, today()))
    session.flush()
    version.tell_published(session())
    checkpoints.attest(policy)
    return version


def next_reference(model: Any, establishment_id: uuid.UUID, prefix: str) -> str:
    """The next free reference of an establishment in the year: DER-2026-003."""
    (found,) = free_references(session(), model, establishment_id, f"{prefix}-{today().year}-")
    return found


def tell_export(subject: Any, title: str, content: bytes, kind: str, rows: int) -> None:
    """The journal keeps what left, in which format, with which digest."""
    digest = hashlib.sha256(content).hexdigest()
    tell(session(), Verb.EXPORTED, subject, title, format=kind, rows=rows, digest=digest, public=False)
