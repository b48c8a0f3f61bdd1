"""The bridges of the catalogue: planted once, then left as the group keeps them, told what the catalogue says today."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models.base import identity, now
from models.hopen.bridges import Bearing, Bridge, Kept, Requirement, Scheme
from models.journal import plain
from models.register.words import Confidence
from seed.planting import Report, upsert

Row = dict[str, Any]


def plant_bridges(session: Session, told: Row) -> Report:
    """Plant what bridges.yaml tells. A line that people changed keeps their words; one that they took out stays out."""
    report = upsert(session, Scheme, ("code",), list(_schemes(told)))
    session.flush()
    report += _keep(session, Requirement, list(_requirements(told)), ("reference", "title", "source", "confidence"))
    planted = session.execute(select(Requirement.catalogue_code, Requirement.id))
    known = {row.catalogue_code: row.id for row in planted}
    lines = [{**row, "requirement_id": known[row["requirement_id"]]} for row in _bridges(told)]
    return report + _keep(session, Bridge, lines, ("bearing", "source", "confidence", "note"))


def _schemes(told: Row) -> Iterator[Scheme]:
    for position, row in enumerate(told["schemes"]):
        texts = {name: row[name] for name in ("code", "title", "version", "note")}
        yield Scheme(position=position, source=_source(told, row), confidence=Confidence(row["confidence"]), **texts)


def _source(told: Row, row: Row) -> str:
    """The source that a row names, in full."""
    return str(told["sources"].get(row["source"], row["source"]))


def _requirements(told: Row) -> Iterator[Row]:
    for scheme in told["schemes"]:
        for position, row in enumerate(scheme["requirements"]):
            texts = {name: row[name] for name in ("reference", "title")}
            marks = {"source": _source(told, row), "confidence": Confidence(row["confidence"])}
            place = {"scheme_code": scheme["code"], "position": position}
            yield {"catalogue_code": row["code"], **place, **texts, **marks}


def _bridges(told: Row) -> Iterator[Row]:
    for row in told["bridges"]:
        code = row["plan"]
        yield {
            "catalogue_code": f"{row['requirement']}>{code}",
            "requirement_id": row["requirement"],
            "plan_code": code,
            "indicator_code": code.partition("-")[0],
            "objective_code": code if "-" in code else None,
            "bearing": Bearing(row["how"]),
            "source": told["bridge_sources"][row["confidence"]],
            "confidence": Confidence(row["confidence"]),
            "note": row["note"],
        }


def _keep(session: Session, model: type[Kept], rows: list[Row], changing: tuple[str, ...]) -> Report:
    """Add the lines that were never planted, bring up to date those that people left as they were.

    The journal tells what people do: what the catalogue says passes beside it, as the rest of the catalogue.
    """
    planted = session.scalars(select(model).where(model.catalogue_code.is_not(None)))
    known = {one.catalogue_code: one for one in planted}
    fresh: list[Row] = []
    report = Report()
    for row in rows:
        said = {name: plain(row[name]) for name in changing}
        old = known.get(row["catalogue_code"])
        if old is None:
            fresh.append({"id": identity(), "created_at": now(), "revision": 1, "catalogue": said, **row})
        elif old.catalogue == said:
            report += Report(untouched=1)
        else:
            values = {"catalogue": said} | ({} if old.is_changed else {name: row[name] for name in changing})
            session.execute(update(model).where(model.id == old.id).values(**values).execution_options(told=True))
            report += Report(changed=1)
    if fresh:
        session.execute(insert(model).execution_options(told=True), fresh)
    return report + Report(added=len(fresh))
