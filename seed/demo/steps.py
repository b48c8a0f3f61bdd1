"""A step of the demonstration."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.journal import Actor


@dataclass(frozen=True)
class Step:
    """What one person does in one transaction: the caller opens it under her name, runs the step, and commits."""

    actor: Actor
    run: Callable[[Session], None]
