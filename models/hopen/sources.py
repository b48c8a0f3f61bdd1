"""Every register that knows something of the plan, each read in one query for all establishments."""

from models.hopen import from_charters, from_inventory, from_register, from_security, from_upkeep
from models.hopen.measures import Measure, Source

SOURCES: tuple[tuple[Source, tuple[Measure, ...]], ...] = (
    (from_inventory.from_inventory, from_inventory.MEASURES),
    (from_register.from_register, from_register.REGISTER),
    (from_register.from_establishments, from_register.DESIGNATION),
    (from_charters.from_charters, from_charters.MEASURES),
    (from_security.from_security, from_security.MEASURES),
    (from_upkeep.from_upkeep, from_upkeep.MEASURES),
)
MEASURES = tuple(measure for _source, measures in SOURCES for measure in measures)
