"""The database: one place commits, no change slips past the journal, no text of a person becomes SQL."""

import ast
from collections.abc import Iterator

from models.base import Base
from models.journal import Journaled
from tests.house.source import Found, calls, imported_from, name_of

JOURNALED = {mapper.class_.__name__ for mapper in Base.registry.mappers if issubclass(mapper.class_, Journaled)}

TRANSACTIONS = {
    "governance/database.py:transaction": "the one transaction of a request or a command",
}

RAW_TRANSACTIONS = {
    "governance/database.py:aside": "what must survive a refusal",
    "governance/backup.py:restore": "rows come back as they were, journal included",
    "governance/schema.py:upgrade": "Alembic's own",
    "governance/schema.py:downgrade": "Alembic's own",
}

PAST_THE_JOURNAL = {
    "governance/accounts/entry.py:check_password": "the same password hashed with stronger parameters",
    "governance/accounts/factors.py:prove": "the last step accepted: no fact that anyone did",
    "governance/accounts/operations.py:rotate_keys": "the same secrets in other envelopes; the rotation is told once",
    "governance/charters/mailing.py:_insert": "messages, links and notices by the thousand: none of them is journaled",
    "governance/imports/subjects/states.py:keep": "what gives a record back: the record itself is told",
    "governance/imports/writing.py:_insert": "thousands of records at once; each is told by an entry of its own",
    "governance/imports/writing.py:_remove": "the same, when an import is taken back",
    "models/migrations/versions/0026_searched_pieces.py:_fill": "the words of rows, derived from them",
    "seed/bridges.py:_keep": "what the catalogue says, which nobody did: what people change of it is told",
    "models/journal.py:_write_chain": "the entries of the journal themselves",
    "models/bulk.py:insert_rows": "each place that calls it is listed here too",
    "governance/backup.py:restore": "rows come back as they were, journal included",
    "governance/backup.py:_fill": "rows come back as they were, journal included",
}

NOT_CONSTANT = {
    "models/guards.py:drifted": "the constant beside it",
    "models/guards.py:put": "the constants above it",
    "models/migrations/versions/0001_first_tables.py:upgrade": "the constants above it",
    "models/migrations/versions/0003_inventory.py:upgrade": "the constants above it",
    "models/migrations/versions/0007_charters.py:upgrade": "the constants above it",
}


def test_only_the_transaction_commits() -> None:
    places = {found.where for found, call in calls() if name_of(call.func) == "commit"}
    assert places == TRANSACTIONS.keys(), "rooms and seed never commit: the door or the command does"


def test_transactions_are_opened_in_few_places() -> None:
    opened = {
        found.where
        for found, call in calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr == "begin" and not call.args
    }
    assert opened == RAW_TRANSACTIONS.keys()


def test_no_bulk_statement_slips_past_the_journal() -> None:
    untold = {found.where for found in _bulk_statements()}
    assert untold == PAST_THE_JOURNAL.keys(), "change journaled records one by one, or list the place with its reason"


def _bulk_statements() -> Iterator[Found]:
    """update(X), insert(X), delete(X), X.delete() where X is journaled or not told by its name; every insert_rows."""
    known = {mapper.class_.__name__ for mapper in Base.registry.mappers} - JOURNALED
    for found, call in calls():
        verb = name_of(call.func)
        if verb not in ("update", "insert", "delete", "insert_rows"):
            continue
        if isinstance(call.func, ast.Attribute):
            if name_of(call.func.value) in ("table", "dialect") and not _names(call, known):
                yield found
        elif verb in _imported_to_write(found) and not _names(call, known):
            yield found


def _imported_to_write(found: Found) -> frozenset[str]:
    return imported_from(found.path, "sqlalchemy") | imported_from(found.path, "models")


def _names(call: ast.Call, known: set[str]) -> bool:
    target = call.args[0] if call.args else call.func
    return any(isinstance(node, ast.Name) and node.id in known for node in ast.walk(target))


def test_sql_texts_are_constants() -> None:
    made = {
        found.where
        for found, call in calls()
        if name_of(call.func) in _textual(found) and not isinstance(call.args[0], ast.Constant)
    }
    assert made == NOT_CONSTANT.keys(), "bind what varies, or list the place with its reason"


def _textual(found: Found) -> frozenset[str]:
    names = imported_from(found.path, "sqlalchemy") & {"text", "literal_column"}
    return names | {"text"} if "migrations" in found.path else names
