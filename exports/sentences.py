"""Changes in words: the one place that turns a change, told by the journal or found between two states, into French."""

import datetime as dt
from functools import lru_cache
from typing import Any

from exports.columns import NO, YES, Column, columns_of
from exports.texts import day, moment
from models.base import Base
from models.journal import Journaled
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.parts import PARTS
from models.versions import State
from models.vocabulary import N_

EMPTY = N_("vide")

_OF = {
    "actors": N_("de l’acteur"),
    "purposes": N_("de la finalité"),
    "person_groups": N_("de la catégorie de personnes"),
    "data_items": N_("de la catégorie de données"),
    "retentions": N_("de la durée de conservation"),
    "recipients": N_("du destinataire"),
    "transfers": N_("du transfert"),
    "security_measures": N_("de la mesure de sécurité"),
    "access_rights": N_("du droit d’accès"),
    "attachment": N_("de la pièce"),
    "action_comment": N_("du commentaire"),
    "sub_processor": N_("du sous-traitant ultérieur"),
    "role_grant": N_("du rôle"),
}
"""How a part is named inside a sentence, by collection or table; another one goes by its journal name."""

_DETAILS = {
    "number": N_("version"),
    "digest": N_("empreinte"),
    "format": N_("format"),
    "rows": N_("fiches"),
    "public": N_("version publique"),
    "filename": N_("fichier"),
    "created": N_("créées"),
    "changed": N_("modifiées"),
    "unchanged": N_("inchangées"),
    "removed": N_("retirées"),
    "restored": N_("rétablies"),
    "other": N_("autre fiche"),
    "moved": N_("renvois déplacés"),
    "method": N_("moyen"),
    "reason": N_("motif"),
    "path": N_("adresse"),
    "key": N_("clé"),
    "previous": N_("clé précédente"),
    "resealed": N_("secrets rescellés"),
    "what": N_("contenu"),
    "version": N_("version"),
    "channel": N_("moyen"),
    "people": N_("personnes"),
    "joined": N_("arrivées"),
    "left": N_("départs"),
}


def sentences(changes: list[dict[str, Any]], subject_type: str, terms: Terms, *states: State) -> list[str]:
    """Changes of one record, in the form of `models.versions.differences`, as sentences in the order told.

    `subject_type` is the record's table. `states`, when given, name the parts of changes that carry no title. The
    creation or removal of the record itself gives one sentence per value; any other change gives one.
    """
    told: list[str] = []
    for change in changes:
        told += _Change(change, subject_type, terms, states).sentences()
    return told


def facts(detail: dict[str, Any]) -> str:
    """What came with a business fact of the journal, in words: « format : xlsx ; fiches : 312 »."""
    shown = {key: (YES if value else NO) if isinstance(value, bool) else value for key, value in detail.items()}
    return " ; ".join(f"{_DETAILS.get(key, key)} : {value}" for key, value in shown.items() if value not in (None, ""))


class _Change:
    def __init__(self, change: dict[str, Any], subject_type: str, terms: Terms, states: tuple[State, ...]) -> None:
        self.change, self.terms, self.states = change, terms, states
        self.part: str | None = change["part"]
        self.model = _model(subject_type, self.part)
        self.columns = _columns(subject_type, self.part)

    def sentences(self) -> list[str]:
        for kind, action in (("created", N_("Ajout")), ("removed", N_("Suppression"))):
            if kind in self.change:
                values = self._told(self.change[kind])
                if self.part is None:
                    return values if kind == "created" else [f"{action} : {value}" for value in values]
                details = f" ({' ; '.join(values)})" if values else ""
                return [f"{action} {self._of_part()}{details}"]
        return [f"{self._field()} : {self._step()}"]

    def _field(self) -> str:
        name = self.change["field"]
        if self.part is None:
            return self._label(name)
        if name == self._title_field():
            return self.model.journal_name if self.model else self._label(name)
        return f"{self._label(name)} {self._of_part()}"

    def _step(self) -> str:
        if "before" not in self.change and "after" not in self.change:
            return N_("valeur changée, non affichée")
        before, after = (self._words(self.change["field"], self.change.get(end)) for end in ("before", "after"))
        return f"{before} → {after}"

    def _told(self, values: dict[str, Any]) -> list[str]:
        left_out: tuple[Any, ...] = (None, "", [], False) if self.part else (None, "", [])
        title = self._title_field() if self.part else None
        return [
            f"{self._label(name)} : {self._words(name, value)}"
            for name, value in values.items()
            if name != title and value not in left_out
        ]

    def _of_part(self) -> str:
        name = _OF.get(self.part or "") or (N_("de : ") + (self.model.journal_name if self.model else self.part or ""))
        title = self._title()
        return f"{name} « {title} »" if title else name

    def _title(self) -> str:
        title = self.change.get("title") or self._title_from(self.change.get("created") or self.change.get("removed"))
        for state in self.states if not title else ():
            rows = state["parts"].get(self.part, ())
            title = title or self._title_from(next((row for row in rows if row["id"] == self.change["id"]), None))
        for column in self.columns.values():
            if column.kind == "term" and self.terms.has(column.scheme or "", title):
                return self.terms.label(column.scheme or "", title)
        return title

    def _title_from(self, row: dict[str, Any] | None) -> str:
        return str((row or {}).get(self._title_field() or "name") or (row or {}).get("category") or "")

    def _title_field(self) -> str | None:
        return getattr(self.model, "title_field", None)

    def _label(self, name: str) -> str:
        return self.columns[name].title if name in self.columns else name

    def _words(self, name: str, value: Any) -> str:
        if value in (None, "", []):
            return EMPTY
        column = self.columns.get(name)
        try:
            shown = column.to_cell(value, self.terms) if column else value
            if column and column.kind == "instant":
                return moment(dt.datetime.fromisoformat(str(shown)))
        except ValueError:
            return str(value)  # A value of an older day, which the vocabulary or the column no longer knows.
        if isinstance(shown, dt.date):
            return day(shown)
        return ", ".join(map(str, shown)) if isinstance(shown, list) else str(shown)


@lru_cache
def _model(subject_type: str, part: str | None) -> type[Journaled] | None:
    if subject_type == Activity.__tablename__ and part in PARTS:
        return PARTS[part]
    for mapper in Base.registry.mappers:
        if mapper.class_.__tablename__ == (part or subject_type) and issubclass(mapper.class_, Journaled):
            return mapper.class_
    return None


@lru_cache
def _columns(subject_type: str, part: str | None) -> dict[str, Column]:
    model = _model(subject_type, part)
    return {model.told_as(column.key): column for column in columns_of(model)} if model else {}
