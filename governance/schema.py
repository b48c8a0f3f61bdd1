"""The schema: bring a database to the version of this code, and say whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, insert, select

from governance.database import writing
from models.installation import Installation
from models.journal import lock

MIGRATIONS = Path(__file__).parent.parent / "models" / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`; an empty one is made whole."""
    with writing(), engine.begin() as connection:
        lock(connection, "schema")  # of two who upgrade at once, the second finds it done
        command.upgrade(_config(connection), revision)
        if revision == "head" and connection.scalar(select(Installation.id)) is None:
            connection.execute(insert(Installation).values())


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to `revision` ("base": empty)."""
    with writing(), engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def head() -> str:
    """The revision this code was written for."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this code has that revision among its migrations."""
    return revision in {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def current(engine: Engine) -> str:
    """The revision of the database; "" when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_current(engine: Engine) -> bool:
    """Whether no migration is pending."""
    return current(engine) == head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
