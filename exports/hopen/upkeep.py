"""What is kept alive for P1, P2 and P4 (units, repositories, plans tested) as a document to hand over."""

import datetime as dt
from collections.abc import Sequence

from exports.paper import Paper, Part, Table, statement
from exports.texts import day
from models.establishments import Establishment
from models.hopen.upkeep import Upkeep, UpkeepEntry
from models.vocabulary import N_

TITLE = N_("Suivis tenus à jour")
NONE = N_("Rien n’est encore noté.")
HEADS = (N_("Date"), N_("Nature"), N_("Ce qui a été fait"), N_("Résultat"), N_("Suites"))
WIDTHS = (2, 2, 6, 3, 4)


def booklet(found: Sequence[Upkeep], establishment: Establishment, on: dt.date) -> Paper:
    """Each follow-up with its entries, the latest first."""
    return statement(TITLE, establishment, on, (_part(one, on) for one in found))


def _part(one: Upkeep, on: dt.date) -> Part:
    due = N_("en retard depuis le %s") if one.is_late(on) else N_("prochaine échéance le %s")
    ending = N_("arrêté le %s") % day(one.ended_on) if one.ended_on else due % day(one.due_on)
    lines = [N_("Tous les %s mois depuis le %s ; %s.") % (one.every_months, day(one.begun_on), ending)]
    lines += [f"{N_('Responsable')} : {one.keeper}"] if one.keeper else []
    rows = tuple(map(_entry, one.entries))
    tables = (Table(HEADS, WIDTHS, rows),) if rows else ()
    return Part(f"{one.kind.indicator} – {one.title}", tuple(lines if rows else [*lines, NONE]), tables=tables)


def _entry(one: UpkeepEntry) -> tuple[str, ...]:
    figure = f"\n{N_('Valeur')} : {one.figure}" if one.figure is not None else ""
    result = one.result.label if one.result else "–"
    return day(one.held_on), one.nature.label, f"{one.summary}{figure}", result, one.corrections or "–"
