"""What a column or a label may mean: for each target its French title, and how a cell of it is brought into a draft."""

import re
from collections.abc import Callable

from governance.imports import bases, gathering, transfers
from governance.imports.actors import ROLES
from governance.imports.draft import COLUMNS, Draft
from governance.imports.findings import Found
from governance.imports.formats.sheets import Cell
from governance.imports.lexicon import OTHER
from governance.imports.values import nothing_said, words_of, yes_or_no
from models.register.activity import CRITERIA_FOR_DPIA
from models.register.words import DpiaNeed

Handler = Callable[[Draft, str, Cell], None]

DETAILS = "details"


def _text(key: str) -> Handler:
    return lambda draft, text, value: draft.text(key, text)


def _day(key: str) -> Handler:
    return lambda draft, text, value: draft.day(key, text, value)


def _word(key: str, scheme: str) -> Handler:
    def read(draft: Draft, text: str, value: Cell) -> None:
        draft.word(key, text, scheme)

    return read


def _actor(role: str) -> Handler:
    return lambda draft, text, value: gathering.add_actor(draft, role, text)


def _notes(draft: Draft, text: str, value: Cell) -> None:
    if not nothing_said(text):
        draft.note("", text)


def _organisation(draft: Draft, text: str, value: Cell) -> None:
    draft.wait("organisation", text)


def _automated(draft: Draft, text: str, value: Cell) -> None:
    rest = draft.yes_no("automated_decision", text)
    if rest:
        draft.text("automated_logic", rest)


def _source(draft: Draft, text: str, value: Cell) -> None:
    if nothing_said(text):
        return
    code = draft.lexicon.only("source", text)
    words = None if code and draft.lexicon.exact("source", text) else text
    if words and len(words) > gathering.SHORT:
        draft.note("Origine des données", words)
        words = None
    draft.wait("source", (code, words))


def _dpia_need(draft: Draft, text: str, value: Cell) -> None:
    head = re.split(r"[-–—(:,;.]", text)[0].strip()
    code = draft.lexicon.exact("dpia_need", head) or draft.lexicon.only("dpia_need", text)
    if code:
        draft.wait("dpia", (code, text))
    elif draft.lexicon.exact("dpia_progress", head):
        draft.fields["dpia_progress"] = draft.lexicon.exact("dpia_progress", head)
    else:
        draft.word("dpia_override", text, "dpia_need")


def _dpia_exempt(draft: Draft, text: str, value: Cell) -> None:
    if yes_or_no(text)[0]:
        draft.wait("dpia", (DpiaNeed.NOT_REQUIRED.value, f"Exempté d’AIPD : {text}"))


HANDLERS: dict[str, tuple[str, Handler]] = {
    "name": (COLUMNS["name"].title, _text("name")),
    "reference": (COLUMNS["reference"].title, _text("reference")),
    "purposes": ("Finalités", bases.purposes),
    "sub_purposes": ("Sous-finalités", bases.purposes),
    "lawful_basis": ("Base légale", bases.lawful_basis),
    "lawful_basis_reference": ("Texte ou justification de la base légale", bases.lawful_basis_reference),
    "legitimate_interest": ("Mise en balance de l’intérêt légitime", bases.legitimate_interest),
    "art9_condition": ("Condition de l’article 9", bases.art9_condition),
    "person_groups": ("Personnes concernées", gathering.person_groups),
    "data_items": ("Catégories de données", gathering.data_items),
    "sensitive": ("Données sensibles", gathering.sensitive),
    "sensitive_items": ("Données sensibles : lesquelles", gathering.data_items),
    "source": ("Origine des données", _source),
    "retentions": ("Durées de conservation", gathering.retentions),
    "archiving": ("Archivage intermédiaire", gathering.archiving),
    "final_fate": ("Sort final", gathering.final_fate),
    "recipients": ("Destinataires", gathering.recipients),
    "internal_recipients": ("Destinataires internes", gathering.internal_recipients),
    "external_recipients": ("Destinataires externes", gathering.external_recipients),
    "processors": ("Sous-traitants", gathering.processors),
    "transfers": ("Transferts hors UE", transfers.transfers),
    "transfer_country": ("Pays de transfert", transfers.transfer_country),
    "transfer_mechanism": ("Garanties du transfert", transfers.transfer_mechanism),
    "transfer_document": ("Documentation du transfert", transfers.transfer_document),
    "security_measures": ("Mesures de sécurité", gathering.security_measures),
    "access_rights": ("Droits d’accès", gathering.access_rights),
    "organisation": ("Organisme", _organisation),
    "controller": ("Responsable de traitement", _actor("controller")),
    "dpo": ("DPO", _actor("dpo")),
    "dpo_company": ("Société du DPO", _actor("dpo_company")),
    "representative": ("Représentant", _actor("representative")),
    "joint_controllers": ("Responsables conjoints", _actor("joint_controllers")),
    "served_controller": ("Responsable pour le compte duquel nous agissons", _actor("served_controller")),
    "kind": (COLUMNS["kind"].title, _word("kind", "kind")),
    "status": (COLUMNS["status"].title, _word("status", "status")),
    "domain": (COLUMNS["domain"].title, _word("domain", "processing_domains")),
    "description": (COLUMNS["description"].title, _text("description")),
    "owner_service": ("Service responsable", _text("owner_service")),
    "contact_name": (COLUMNS["contact_name"].title, _text("contact_name")),
    "contact_email": (COLUMNS["contact_email"].title, _text("contact_email")),
    "applications": (COLUMNS["applications"].title, _text("applications")),
    "opened_on": (COLUMNS["opened_on"].title, _day("opened_on")),
    "revised_on": (COLUMNS["revised_on"].title, _day("revised_on")),
    "review_on": (COLUMNS["review_on"].title, _day("review_on")),
    "information": (COLUMNS["information"].title, _text("information")),
    "rights": (COLUMNS["rights"].title, _text("rights")),
    "automated_decision": (COLUMNS["automated_decision"].title, _automated),
    "dpia_need": ("AIPD requise", _dpia_need),
    "dpia_exempt": ("Exempté d’AIPD", _dpia_exempt),
    "dpia_progress": (COLUMNS["dpia_progress"].title, _word("dpia_progress", "dpia_progress")),
    "notes": (COLUMNS["notes"].title, _notes),
}
"""Target -> (French title, what brings a cell into a draft), in the order of the mapping screen."""

SINGLE = frozenset(
    {"name", "reference", "kind", "status", "domain", "opened_on", "revised_on", "review_on", "sensitive"}
)
"""Targets that only one column may have."""

REGISTER = {
    "purposes", "sub_purposes", "lawful_basis", "art9_condition", "person_groups", "data_items", "sensitive",
    "retentions", "recipients", "internal_recipients", "external_recipients", "processors", "transfers",
    "security_measures", "dpia_need",
}  # fmt: skip
"""Targets that only a register has: a table without any of them is something else."""

_FAMILIES = {
    "person_groups": ("data_subjects", "category", "details"),
    "security_measures": ("security_measure_categories", "category", "description"),
    "dpia_criteria": ("dpia_criteria", "", ""),
}
"""Collections that may come as columns of yes and no: `person_groups:Salariés`, `person_groups:Salariés:details`."""
_LISTS = ("lawful_basis", "data_items", "recipients", "internal_recipients", "external_recipients")
"""Targets that may come likewise, each column standing for one word of their list: `lawful_basis:Contrat`."""
BOXED = frozenset({*_FAMILIES, *_LISTS})


def choices() -> list[tuple[str, str]]:
    """(target, French title) of all that a column may mean, for the mapping screen."""
    return [(target, title) for target, (title, _) in HANDLERS.items()]


def title_of(target: str) -> str:
    """The French title of a target, those of families included."""
    if target in HANDLERS:
        return HANDLERS[target][0]
    family, _, label = target.partition(":")
    label, _, details = label.partition(":")
    name = HANDLERS[family][0] if family in HANDLERS else "Critères d’AIPD"
    return f"{name} : {label}" + (" (précisions)" if details else "")


def is_target(target: str) -> bool:
    """Whether a text names a target: what a form sends back is checked with it."""
    return target in HANDLERS or (target.partition(":")[0] in BOXED and ":" in target)


def handler_of(target: str) -> Handler:
    """What brings a cell of this target into a draft. Raises KeyError for an unknown target."""
    if target in HANDLERS:
        return HANDLERS[target][1]
    family, label, *details = target.split(":")
    if family in _LISTS:
        return _listed(family, label)
    if family not in _FAMILIES:
        raise KeyError(target)
    return _details(family, label) if details else _flag(family, label)


def _listed(target: str, label: str) -> Handler:
    def read(draft: Draft, text: str, value: Cell) -> None:
        said, rest = yes_or_no(text)
        if said or (said is None and not nothing_said(text)):
            HANDLERS[target][1](draft, label, label)
            if rest:
                draft.note(label, rest)

    return read


def _flag(family: str, label: str) -> Handler:
    scheme, category, words = _FAMILIES[family]

    def read(draft: Draft, text: str, value: Cell) -> None:
        said, rest = yes_or_no(text)
        code = draft.lexicon.only(scheme, label)
        if said is False or (said is None and nothing_said(text)):
            return
        if family == "dpia_criteria":
            if code and said:
                draft.fields.setdefault(family, []).append(code)
            return
        told = [part for part in ("" if code and code != OTHER else label, rest) if part]
        draft.wait(f"{family}:{label}", draft.add(family, **{category: code or OTHER, words: " : ".join(told)}))

    return read


def _details(family: str, label: str) -> Handler:
    words = _FAMILIES[family][2]

    def read(draft: Draft, text: str, value: Cell) -> None:
        rows = draft.waiting.get(f"{family}:{label}")
        if rows:
            row = rows[0][0]
            row[words] = " : ".join(part for part in (row.get(words), text) if part)
        elif not nothing_said(text):
            draft.note(label, text)
            draft.doubt(f"Précision sur « {label} », qui n’est pas coché : elle est reprise dans les notes internes.")

    return read


def finish(draft: Draft) -> Found:
    """Settle what only the whole record can decide; the record and all its issues."""
    settle_organisation(draft)
    bases.settle(draft)
    transfers.settle(draft)
    gathering.settle(draft)
    _settle_dpia(draft)
    return draft.found()


def settle_organisation(draft: Draft) -> None:
    """The body that processes is the controller; a person named as such is kept beside it."""
    for name, spot in draft.waiting.get("organisation", ())[:1]:
        controllers = [row for row in draft.parts.get("actors", ()) if row["role"] == ROLES["controller"]]
        draft.at(spot[1], spot[2], spot[3], spot[0])
        if not controllers:
            gathering.add_actor(draft, "controller", name)
        elif words_of(name) not in words_of(controllers[0]["name"]):
            controllers[0]["name"] = f"{name} – {controllers[0]['name']}"[: gathering.SHORT]


def _settle_dpia(draft: Draft) -> None:
    """An opinion other than what the criteria suggest is kept with the reason that the file gives."""
    for (code, text), _ in draft.waiting.get("dpia", ())[:1]:
        criteria = len(draft.fields.get("dpia_criteria", ()))
        hint = DpiaNeed.RECOMMENDED if criteria else DpiaNeed.NOT_REQUIRED
        hint = DpiaNeed.REQUIRED if criteria >= CRITERIA_FOR_DPIA else hint
        if code != hint:
            draft.fields["dpia_override"] = code
            more = len(words_of(text).split()) > 2
            draft.fields["dpia_reason"] = text if more else f"Le fichier importé indique « {text} »."
        elif len(words_of(text).split()) > 2:
            draft.note("AIPD", text)
