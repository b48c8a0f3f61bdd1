"""The guards: triggers by which the database itself refuses to rewrite the journal and what proves it.

They stop accidents, and whoever holds the application's own rights. An administrator of the database can take them off:
`drifted` then says so, and the chain of digests with a checkpoint kept outside shows what was done meanwhile.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, inspect, text

ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE = 1, 2, 4, 8, 16, 32
"""PostgreSQL's own bits for what a trigger is (pg_trigger.tgtype)."""

EVENTS = {INSERT: "INSERT", UPDATE: "UPDATE", DELETE: "DELETE", TRUNCATE: "TRUNCATE"}
KEPT = (
    "journal_entry", "signing_key", "checkpoint", "charter_version", "charter_acceptance", "notice_version",
    "policy_version", "version",
)  # fmt: skip
FRAME = (
    "establishment_id", "reference", "title", "scope", "participants", "method", "method_note", "matrix", "scale_data",
    "classification", "begun_on", "review_on", "approved_by", "approved_function", "approved_on", "approval_note",
    "validated_at", "validated_by", "digest", "previous_id", "updated_at", "updated_by", "created_at",
)  # fmt: skip
"""What an analysis says; once it is validated only its standing changes, when the next one replaces it."""
_OF_ANALYSIS = "(SELECT validated_at FROM risk_analysis WHERE id = OLD.analysis_id)"
_OF_SCENARIO = """(
          SELECT validated_at FROM risk_analysis JOIN risk_scenario ON risk_scenario.analysis_id = risk_analysis.id
          WHERE risk_scenario.id = OLD.scenario_id)"""
VALIDATED = {
    "risk_analysis": "OLD.validated_at",
    **dict.fromkeys(("risk_scenario", "risk_element", "risk_interview"), _OF_ANALYSIS),
    **dict.fromkeys(("risk_scenario_element", "risk_scenario_measure"), _OF_SCENARIO),
}
"""The table of a row that its analysis freezes -> SQL: when that was, or NULL while the analysis is a draft."""
GUARDED = (*KEPT, *VALIDATED)
_CHANGED = " IS DISTINCT FROM ".join(
    f"ROW({', '.join(f'{row}.{name}' for name in FRAME)})::text" for row in ("NEW", "OLD")
)
FROZEN = "Une analyse de risques validée ne se modifie plus."
NEVER = "Le journal et ses preuves ne se modifient pas."
FOLLOWS = "Une écriture du journal doit suivre la dernière."

SQLITE = {
    **{
        f"{table}_no_{verb.lower()}": f"""
        CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{NEVER}'); END
        """
        for table in KEPT
        for verb in ("UPDATE", "DELETE")
    },
    "journal_entry_follows": f"""
    CREATE TRIGGER journal_entry_follows BEFORE INSERT ON journal_entry
    WHEN NEW.seq <> coalesce((SELECT max(seq) FROM journal_entry WHERE chain = NEW.chain), 0) + 1
      OR NEW.previous <> coalesce(
        (SELECT digest FROM journal_entry WHERE chain = NEW.chain ORDER BY seq DESC LIMIT 1), '')
      OR NEW.at < (SELECT at FROM journal_entry WHERE chain = NEW.chain ORDER BY seq DESC LIMIT 1)
    BEGIN SELECT RAISE(ABORT, '{FOLLOWS}'); END
    """,  # noqa: S608 -- a trigger made of our own words
    **{
        f"{table}_no_replace": f"""
        CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
        BEGIN SELECT RAISE(ABORT, '{NEVER}'); END
        """  # noqa: S608 -- same
        for table, key in (
            ("signing_key", "kid"),
            ("checkpoint", "id"),
            ("charter_version", "id"),
            ("charter_acceptance", "id"),
            ("notice_version", "id"),
            ("policy_version", "id"),
            ("version", "id"),
        )
    },
    **{
        f"{table}_frozen_{verb.split()[0].lower()}": f"""
        CREATE TRIGGER {table}_frozen_{verb.split()[0].lower()} BEFORE {verb} ON {table}
        WHEN {when} IS NOT NULL
        BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END
        """
        for table, when in VALIDATED.items()
        for verb in (f"UPDATE OF {', '.join(FRAME)}" if table == "risk_analysis" else "UPDATE", "DELETE")
    },
}

FUNCTIONS = {
    "journal_entry_never": f" BEGIN RAISE EXCEPTION '{NEVER}'; END ",
    "journal_entry_follows": f"""
    DECLARE last record;
    BEGIN
      SELECT seq, digest, at INTO last FROM journal_entry WHERE chain = NEW.chain ORDER BY seq DESC LIMIT 1;
      IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.previous <> coalesce(last.digest, '') OR NEW.at < last.at THEN
        RAISE EXCEPTION '{FOLLOWS}';
      END IF;
      RETURN NEW;
    END """,  # noqa: S608 -- a function made of our own words
    **{
        f"{table}_frozen": f"""
    BEGIN
      IF {when} IS NOT NULL AND (TG_OP = 'DELETE' OR {_CHANGED if table == "risk_analysis" else "true"}) THEN
        RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END """
        for table, when in VALIDATED.items()
    },
}


class Trigger(NamedTuple):
    """A trigger of PostgreSQL: on which table, what it is (bits), and the function it calls."""

    table: str
    kind: int
    function: str


TRIGGERS = {
    "journal_entry_follows": Trigger("journal_entry", ROW | BEFORE | INSERT, "journal_entry_follows"),
    **{f"{table}_no_change": Trigger(table, ROW | BEFORE | UPDATE | DELETE, "journal_entry_never") for table in KEPT},
    **{f"{table}_no_truncate": Trigger(table, BEFORE | TRUNCATE, "journal_entry_never") for table in KEPT},
    **{f"{table}_frozen": Trigger(table, ROW | BEFORE | UPDATE | DELETE, f"{table}_frozen") for table in VALIDATED},
}


def put(connection: Connection) -> None:
    """Put every guard in the database, in place of an older one of the same name; those of tables to come wait."""
    present = set(inspect(connection).get_table_names())
    for statement in _postgresql(present) if connection.dialect.name == "postgresql" else _sqlite(present):
        connection.execute(text(statement.replace(":", "\\:")))


def _sqlite(present: set[str]) -> Iterator[str]:
    for name, statement in SQLITE.items():
        if name.startswith(tuple(f"{table}_" for table in present.intersection(GUARDED))):
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield statement.strip()


def _postgresql(present: set[str]) -> Iterator[str]:
    for name, body in FUNCTIONS.items():
        yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    for name, (table, kind, function) in TRIGGERS.items():
        if table not in present:
            continue
        events = " OR ".join(word for bit, word in EVENTS.items() if kind & bit)
        level = "ROW" if kind & ROW else "STATEMENT"
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH {level} EXECUTE FUNCTION {function}()"


def drifted(connection: Connection) -> list[str]:
    """The names of the guards that are missing, disabled or other than they should be; [] when all stand."""
    if connection.dialect.name == "postgresql":
        wanted: dict[str, object] = {
            name: (*trigger, FUNCTIONS[trigger.function]) for name, trigger in TRIGGERS.items()
        }
        query = text(_POSTGRESQL_FOUND)
        found: dict[str, object] = {row[0]: tuple(row[1:]) for row in connection.execute(query)}
    else:
        wanted = {name: statement.split() for name, statement in SQLITE.items()}
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        found = {name: statement.split() for name, statement in rows}
    return sorted(name for name, guard in wanted.items() if found.get(name) != guard)


_POSTGRESQL_FOUND = """
SELECT tgname, relname, tgtype, proname, prosrc
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgqual IS NULL
"""
