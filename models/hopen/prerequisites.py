"""The plan as the programme wrote it: indicators, objectives, actions (here tasks), planted from the catalogue."""

from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, String, cast
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Long, Short
from models.hopen.words import Difficulty, Scope, Variant
from models.register.words import Confidence
from models.vocabulary import vocabulary


class Indicator(Base):
    """One prerequisite indicator. `facts`: what it measures, the evidence called for, the share aimed at by default."""

    __tablename__ = "hopen_indicator"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    position: Mapped[int]
    domain: Mapped[Short]
    title: Mapped[Short]
    scope: Mapped[Scope] = mapped_column(vocabulary(Scope))
    sheets: Mapped[list[str]]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    confidence: Mapped[Confidence] = mapped_column(vocabulary(Confidence))

    @property
    def percent(self) -> int | None:
        """The share proposed by default, when the indicator is one; an unverified proposal of the product."""
        return self.facts.get("percent")


class Objective(Base):
    """One objective of an indicator, with its indicative delay in days (none when the plan gives none)."""

    __tablename__ = "hopen_objective"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    indicator_code: Mapped[str] = mapped_column(ForeignKey("hopen_indicator.code"), index=True)
    position: Mapped[int]
    title: Mapped[Short]
    difficulty: Mapped[Difficulty] = mapped_column(vocabulary(Difficulty))
    actors: Mapped[list[str]]
    tools: Mapped[list[str]]
    delay: Mapped[Short | None]
    min_days: Mapped[int | None]
    max_days: Mapped[int | None]
    note: Mapped[Long | None]

    indicator: Mapped[Indicator] = relationship()


class Task(Base):
    """One action of the plan. `variant`: the exclusive branch it belongs to; `bodies`: those that must validate it."""

    __tablename__ = "hopen_task"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    objective_code: Mapped[str] = mapped_column(ForeignKey("hopen_objective.code"), index=True)
    indicator_code: Mapped[str] = mapped_column(ForeignKey("hopen_indicator.code"), index=True)
    position: Mapped[int]
    text: Mapped[Long]
    items: Mapped[list[str]]
    variant: Mapped[Variant | None] = mapped_column(vocabulary(Variant))
    bodies: Mapped[list[str]]

    objective: Mapped[Objective] = relationship()

    @classmethod
    def wants_opinion(cls) -> ColumnElement[bool]:
        """SQL: governance bodies must validate it."""
        return cast(cls.bodies, String) != "[]"
