"""What the fictional group made of the bridges: a criterion of its own, and a line of the catalogue read otherwise."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.hopen.bridges import Bearing, Bridge, Requirement, Scheme
from models.register.words import Confidence
from seed.demo import steps
from seed.demo.content import read
from seed.demo.group import Scene


def bridge_steps(scene: Scene) -> list[steps.Step]:
    """What those who keep the plan of the group added and changed."""
    told = read("bridges", scene.today)
    return [steps.Step(scene.actors[told["by"]], lambda session: _keep(session, told))]


def _keep(session: Session, told: dict[str, Any]) -> None:
    for row in told["requirements"]:
        scheme = session.get_one(Scheme, row["scheme"])
        texts = {name: row[name] for name in ("reference", "title", "source", "note")}
        made = Requirement(scheme=scheme, position=0, confidence=Confidence.STATED, **texts)
        for code, bearing, note in row["bridges"]:
            bridge = Bridge(bearing=Bearing(bearing), note=note, source=row["source"], confidence=Confidence.STATED)
            bridge.lead_from(code)
            made.bridges.append(bridge)
        session.add(made)
    for code, note in told["changed"].items():
        found = session.scalars(select(Bridge).where(Bridge.catalogue_code == code)).one()
        found.note, found.confidence = note, Confidence.STATED
