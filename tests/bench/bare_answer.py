"""The yardstick of an answer: Flask keeps one row of the size of an acceptance, commits it, and does nothing else."""

import os
import uuid

from flask import Flask
from sqlalchemy import insert

from governance.database import open_engine, writing
from tests.bench.accepting import bare_acceptance, bare_row

app = Flask(__name__)
engine = open_engine(os.environ["DATABASE_URL"])
table = bare_acceptance()


@app.post("/")
def keep() -> tuple[str, int]:
    """One row, committed before the answer."""
    with writing(), engine.begin() as connection:
        connection.execute(insert(table), {**bare_row(), "id": uuid.uuid4()})
    return "", 303
