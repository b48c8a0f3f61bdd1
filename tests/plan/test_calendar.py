"""The plan in time: its month, its bars, the file for a diary."""

import datetime as dt
from collections.abc import Callable

from exports.calendar import Due, feed
from models.base import today
from tests.cast import Stage
from tests.client import HouseClient
from tests.plan.test_routes import planned

Clients = Callable[[str | None], HouseClient]


def test_an_action_is_on_its_day_in_its_bar_and_in_its_owners_diary(client: Clients, stage: Stage) -> None:
    due, dpo = today() + dt.timedelta(days=1), client("dpo")
    planned(dpo, owner_id=str(stage.users["agent"]), due_on=due.isoformat())
    month = dpo.get(f"/plan/calendrier?mois={due:%Y-%m}")
    assert "1 actions ouvertes" in month.words
    assert "Signer l’avenant" in month.words
    assert "Signer l’avenant" not in dpo.get("/plan/calendrier?mois=2001-02").words
    assert dpo.get("/plan/calendrier?mois=bientot").status == 200
    assert "Signer l’avenant" in dpo.get("/plan/frise").words
    assert client("dpo-est").get("/plan/frise").words.count("Signer") == 0
    diary = client("agent").post("/plan/echeances.ics")
    assert diary.headers["Content-Type"].startswith("text/calendar")
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}" in diary.data.decode()
    assert client("agent").get("/plan/calendrier").status == 403


def test_a_diary_file_is_folded_and_escaped() -> None:
    at = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    long = Due(
        "1", dt.date(2026, 12, 31), "Écrire, relire ; publier\nenfin " + "é" * 80, "https://vigie.example/1", "CH"
    )
    lines = feed([long], at).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    whole = b"\r\n".join(lines).replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Écrire\\, relire \\; publier\\nenfin ééé" in whole
    assert "DTEND;VALUE=DATE:20270101" in whole
    assert "DTSTAMP:20260102T030400Z" in whole
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-1] == b""
