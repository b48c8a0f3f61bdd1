"""A job description as a paper, from the state that a version froze or from the text in preparation."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exports.letters import filled
from exports.paper import Paper, Part, Table, letterhead, nonempty
from exports.texts import day
from models.base import day_of
from models.establishments import Establishment
from models.positions.words import (
    SECURITY,
    SKILLS,
    Employment,
    Frequency,
    JobKind,
    Level,
    LineKind,
    RelationKind,
    Scope,
    Task,
)
from models.register.words import Confidence
from models.versions import State, Version
from models.vocabulary import N_

KIND, DRAFT = N_("Fiche de poste"), N_("Projet, non validé")
YES, NO = N_("Oui"), N_("Non")


@dataclass(frozen=True)
class Standing:
    """Which text is printed: a version frozen on a day by somebody, or none for the text in preparation."""

    version: Version | None = None

    @property
    def mention(self) -> str:
        if self.version is None:
            return DRAFT
        return N_("Version %s, validée le %s par %s") % (
            self.version.number,
            day(day_of(self.version.published_at)),
            self.version.published_by,
        )


def paper(state: State, establishment: Establishment, standing: Standing) -> Paper:
    """What the document of a description says; its blanks are filled from the state itself."""
    sheet = _Sheet(state)
    return Paper(
        house=establishment.name,
        address=letterhead(establishment),
        kind=KIND,
        title=sheet.fields["title"],
        subtitle=sheet.prose("purpose"),
        mention=standing.mention,
        watermark="" if standing.version else DRAFT,
        facts=sheet.facts(),
        parts=tuple(part for part in sheet.parts() if part.lines or part.items or part.tables),
        signatures=((N_("Pour l’établissement"), _representative(establishment)), (N_("Le titulaire du poste"), "")),
    )


def _representative(establishment: Establishment) -> str:
    return establishment.legal_representative or ""


class _Sheet:
    """Reads a state as the document needs it."""

    def __init__(self, state: State) -> None:
        self.fields: dict[str, Any] = state["fields"]
        self.lines: list[dict[str, Any]] = state["parts"]["lines"]
        self.places: list[dict[str, Any]] = state["parts"]["places"]
        self.values: Mapping[str, str] = state.get("values", {})
        self.sources: Mapping[str, Any] = state.get("sources", {})

    def prose(self, name: str) -> str:
        return self.text(self.fields.get(name) or "")

    def text(self, text: str) -> str:
        return filled(text, self.values)

    def of(self, kind: LineKind) -> Iterator[dict[str, Any]]:
        return (line for line in self.lines if line["kind"] == kind.value)

    def facts(self) -> tuple[tuple[str, str], ...]:
        fields = self.fields
        scope = Scope(fields["scope"])
        named = ", ".join(place["name"] for place in self.places)
        quotity = f"{fields['quotity']} %" if fields.get("quotity") else None
        return nonempty(
            [
                (N_("Fonction"), JobKind(fields["kind"]).help or JobKind(fields["kind"]).label),
                (N_("Employeur"), fields.get("establishment")),
                (N_("Périmètre"), f"{scope.label} : {named}" if scope is Scope.LISTED and named else scope.label),
                (N_("Mode d’exercice"), Employment(fields["employment"]).label),
                (N_("Quotité de travail"), quotity),
                (N_("Rattachement"), fields.get("reports_to")),
                (N_("Suppléant"), fields.get("deputy")),
                (N_("Relais"), fields.get("relays")),
                (N_("Budget annuel"), self._counted("budget", N_("%s euros"))),
                (N_("Formation"), self._counted("training_days", N_("%s jours par an"))),
            ]
        )

    def _counted(self, name: str, words: str) -> str | None:
        value = self.fields.get(name)
        return None if value is None else words % f"{value:,}".replace(",", "\u00a0")

    def parts(self) -> Iterator[Part]:
        yield Part(N_("Cadre juridique"), _said(self.prose("legal_note")))
        yield Part(N_("Missions"), tables=self._missions())
        yield Part(
            N_("Activités"),
            tables=self._table((N_("Activité"), N_("Fréquence")), (4, 1), LineKind.ACTIVITY, "frequency", Frequency),
        )
        yield Part(N_("Relations principales"), tables=self._relations())
        yield Part(N_("Place dans l’organisation et indépendance"), tuple(self._position()))
        yield Part(N_("Conflits d’intérêts"), tuple(self._conflict()))
        yield Part(N_("Profil"), tuple(self._profile()))
        yield Part(N_("Compétences"), tables=tuple(self._skills()))
        yield Part(N_("Moyens"), tuple(self._means()), tables=tuple(self._resources()))
        yield Part(
            N_("Conditions d’exercice et confidentialité"),
            _said(self.prose("confidentiality")),
            tuple(self.text(line["text"]) for line in self.of(LineKind.CONDITION)),
        )
        yield Part(N_("Compte rendu"), tuple(self._reporting()))
        yield Part(N_("Évaluation"), _said(self.prose("evaluation_note")), tables=self._indicators())
        yield Part(N_("Textes de référence"), tuple(self._references()))

    def _missions(self) -> tuple[Table, ...]:
        rows = []
        for line in self.of(LineKind.MISSION):
            mark = f"\n{N_('RGPD, art. 39(1)')} {Task(line['task']).value})" if line.get("task") else ""
            rows.append(((line.get("title") or "") + mark, self.text(line["text"])))
        return _tables((N_("Mission"), N_("Contenu")), (2, 5), rows)

    def _relations(self) -> tuple[Table, ...]:
        rows = [
            (line.get("title") or "", _label(RelationKind, line.get("relation")), self.text(line["text"]))
            for line in self.of(LineKind.RELATION)
        ]
        return _tables((N_("Avec"), N_("Nature"), N_("Objet")), (4, 2, 5), rows)

    def _table(
        self, heads: tuple[str, str], widths: tuple[int, int], kind: LineKind, name: str, words: Any
    ) -> tuple[Table, ...]:
        rows = [(self.text(line["text"]), _label(words, line.get(name))) for line in self.of(kind)]
        return _tables(heads, widths, rows)

    def _skills(self) -> Iterator[Table]:
        for kind in SKILLS:
            yield from self._table((kind.label, N_("Niveau attendu")), (4, 1), kind, "level", Level)

    def _position(self) -> Iterator[str]:
        yield from _said(self.prose("hierarchical_link"), self.prose("functional_link"))
        yield from _said(self.prose("independence_clause"))
        kind = JobKind(self.fields["kind"])
        for name, label, wanted in (
            ("direct_access", N_("Accès direct au plus haut niveau de la direction"), True),
            ("no_instruction", N_("Aucune instruction reçue pour l’exercice des missions"), kind is JobKind.DPO),
            ("independent_from_it", N_("Indépendant de la direction des systèmes d’information"), kind in SECURITY),
        ):
            if (held := bool(self.fields.get(name))) or wanted:
                yield f"{label} : {(YES if held else NO).lower()}."

    def _conflict(self) -> Iterator[str]:
        if self.fields.get("functions_held"):
            yield N_("Autres fonctions : %s") % self.fields["functions_held"]
        if self.fields.get("conflict_on"):
            on = day(dt.date.fromisoformat(self.fields["conflict_on"]))
            yield N_("Examen du %s. %s") % (on, self.fields.get("conflict_note") or "")

    def _profile(self) -> Iterator[str]:
        for label, name in (
            (N_("Diplôme"), "diploma"),
            (N_("Expérience"), "experience"),
            (N_("Statut"), "grade_note"),
        ):
            if self.fields.get(name):
                yield f"{label} : {self.prose(name)}"
        if self.fields.get("assets"):
            yield f"{N_('Atouts')} : {'; '.join(self.fields['assets'].splitlines())}".replace("; ", " ; ")

    def _means(self) -> Iterator[str]:
        yield from _said(self.prose("budget_note"), self.prose("deputy_note"), self.prose("relays_note"))

    def _resources(self) -> Iterator[Table]:
        for kind in (LineKind.TOOL, LineKind.ACCESS, LineKind.TRAINING):
            yield from _tables((kind.label,), (1,), [(self.text(line["text"]),) for line in self.of(kind)])

    def _reporting(self) -> Iterator[str]:
        fields = self.fields
        if fields.get("report"):
            often = _label(Frequency, fields.get("report_frequency")).lower()
            to = f", {N_('remis à')} : {fields['report_to']}" if fields.get("report_to") else ""
            yield f"{fields['report']}{', ' + often if often else ''}{to}."
        if fields.get("meetings_per_year"):
            yield N_("Réunions avec la direction : %s par an, au moins.") % fields["meetings_per_year"]

    def _indicators(self) -> tuple[Table, ...]:
        rows = [
            (line.get("title") or "", self.text(line["text"]), line.get("target") or "")
            for line in self.of(LineKind.INDICATOR)
        ]
        return _tables((N_("Indicateur"), N_("Mesure"), N_("Cible")), (3, 5, 2), rows)

    def _references(self) -> Iterator[str]:
        """The sources once each, apart those that were not read in an official text; our own models are none."""
        found: dict[str, str] = {}
        for rows in (*self.sources.values(), *(line.get("sources") or () for line in self.lines)):
            for row in rows:
                if row["confidence"] != Confidence.OWN_KNOWLEDGE.value:
                    found.setdefault(row["label"], row["confidence"])
        sure = [label for label in sorted(found) if found[label] == Confidence.VERIFIED.value]
        yield from _said(" ; ".join(sure))
        if doubtful := sorted(found.keys() - set(sure)):
            yield N_("D’après une source secondaire, à vérifier : %s") % " ; ".join(doubtful)


def _label(words: Any, value: str | None) -> str:
    return str(words(value).label) if value else ""


def _said(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _tables(heads: tuple[str, ...], widths: tuple[int, ...], rows: Iterable[tuple[str, ...]]) -> tuple[Table, ...]:
    found = tuple(rows)
    return (Table(heads, widths, found),) if found else ()
