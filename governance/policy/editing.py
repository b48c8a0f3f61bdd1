"""The parts of a policy that a form edits."""

from typing import Any

from flask_babel import gettext as _

from governance.editing import Edit, SeenForm
from governance.policy.forms import MembersForm, RuleForm, SectionForm, SettingsForm, blanks_form
from models.policy.parts import PolicyMember, PolicyRule, PolicySection
from models.policy.policy import Policy
from models.rules import RuleBroken
from models.vocabulary import N_
from seed.policy import sync_blanks

TAKEN = N_("Ce code est déjà pris dans cette politique : choisissez-en un autre.")


class PolicyEdit(Edit):
    """A form on one part of a policy."""

    page = "policy.show"

    @property
    def policy(self) -> Policy:
        found: Policy = self.record
        return found


class SettingsEdit(PolicyEdit):
    title, help = N_("Réglages"), N_("Le titre, le pilote, le rythme des revues.")
    NAMES = ("title", "owner", "review_months", "review_on")

    def form(self) -> SeenForm:
        return SettingsForm(obj=self.policy)

    def saved(self) -> dict[str, Any]:
        return {name: getattr(self.policy, name) for name in self.NAMES}

    def fill(self, form: SeenForm) -> None:
        for name in self.NAMES:
            setattr(self.policy, name, form[name].data)


class BlanksEdit(PolicyEdit):
    title = N_("Champs à remplir")
    help = N_("Ce que le texte attend de votre établissement. Tant qu’un champ est vide, la PSSI ne se publie pas.")
    anchor = "champs"

    def form(self) -> SeenForm:
        return blanks_form(self.policy)

    def saved(self) -> dict[str, Any]:
        return {blank.name: blank.value for blank in self.policy.blanks}

    def fill(self, form: SeenForm) -> None:
        for blank in self.policy.blanks:
            blank.value = form[blank.name].data


class MembersEdit(PolicyEdit):
    title = N_("Membres du groupe de travail")
    help = N_("Qui écrit la politique avec le RSSI (HOP’EN P2.4-O3). Une ligne par membre.")
    page = "policy.group"
    NAMES = ("function_title", "name", "presence", "contribution")

    def form(self) -> SeenForm:
        return MembersForm(obj=self.policy)

    def saved(self) -> dict[str, Any]:
        return {"members": [" – ".join(self._told(one)) for one in self.policy.members]}

    def _told(self, member: Any) -> list[str]:
        return [str(value) for name in self.NAMES if (value := getattr(member, name))]

    def conflict(self, form: SeenForm) -> dict[str, Any]:
        form.seen.data = self.mark()
        return {"by": self.policy.updated_by, "at": self.policy.updated_at, "differences": []}

    def fill(self, form: SeenForm) -> None:
        kept = {(one.function_title, one.name): one for one in self.policy.members}
        found = []
        for position, entry in enumerate(form["members"].entries):
            values = {name: entry.form[name].data for name in self.NAMES}
            member = kept.pop((values["function_title"], values["name"]), None) or PolicyMember()
            for name, value in values.items():
                setattr(member, name, value)
            member.position = position
            found.append(member)
        self.policy.members = found


class SectionEdit(PolicyEdit):
    help = N_("Le texte tel qu’il sera lu, un paragraphe par ligne.")
    NAMES = ("code", "title", "text")

    def __init__(self, policy: Policy, section: PolicySection) -> None:
        super().__init__(policy)
        self.section = section
        self.title, self.anchor = section.title or _(section.kind.label), f"partie-{section.code}"

    def form(self) -> SeenForm:
        return SectionForm(obj=self.section)

    def saved(self) -> dict[str, Any]:
        return {name: getattr(self.section, name) for name in self.NAMES}

    def fill(self, form: SeenForm) -> None:
        if any(one.code == form["code"].data for one in self.policy.sections if one is not self.section):
            raise RuleBroken("code", TAKEN)
        for name in self.NAMES:
            setattr(self.section, name, form[name].data or "")
        sync_blanks(self.policy)


class RuleEdit(PolicyEdit):
    help = N_("Une obligation que l’on peut vérifier, sa raison, la preuve attendue.")
    NAMES = ("code", "text", "why", "proofs", "owner", "scope")

    def __init__(self, policy: Policy, rule: PolicyRule) -> None:
        super().__init__(policy)
        self.rule = rule
        self.title, self.anchor = rule.code, f"partie-{rule.code}"

    def form(self) -> SeenForm:
        return RuleForm(obj=self.rule)

    def saved(self) -> dict[str, Any]:
        return {name: getattr(self.rule, name) for name in self.NAMES}

    def fill(self, form: SeenForm) -> None:
        if any(one.code == form["code"].data for one in self.policy.rules if one is not self.rule):
            raise RuleBroken("code", TAKEN)
        for name in self.NAMES:
            setattr(self.rule, name, form[name].data)
        sync_blanks(self.policy)


EDITS: dict[str, type[PolicyEdit]] = {"reglages": SettingsEdit, "champs": BlanksEdit, "membres": MembersEdit}
"""The parts that one form edits whole, by the word of their address."""
