"""What nobody should type in the forms of the charters: refused, never a breakdown, and nothing is published."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.charters.charter import CharterVersion
from tests.cast import Stage
from tests.charters.test_routes import added, begun, parts
from tests.client import HouseClient
from tests.house.test_no_500 import HOSTILE

Clients = Callable[[str | None], HouseClient]
FORMS = (
    "/modifier/reglages", "/modifier/champs", "/modifier/declarations", "/articles/nouveau", "/consultations/nouvelle",
    "/publier", "/clore", "/verifications/nouvelle",
)  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_no_form_of_a_charter_breaks_on_what_nobody_should_type(client: Clients, stage: Stage, db: Session) -> None:
    dpo = client("dpo")
    address = begun(dpo, stage, origin="nothing")
    added(dpo, address, title="Accès", text="Le poste est {poste}.")
    (part,) = parts(dpo.get(address))
    for form in ["/chartes/nouvelle", part, *(address + form for form in FORMS)]:
        kept = dpo.get(form).values(class_="form")
        for value in HOSTILE:
            spoiled: dict[str, Any] = {name: value for name in kept if name not in ("csrf_token", "seen")}
            assert dpo.post(form, {**spoiled, "seen": kept.get("seen", "")}, buffered=True).status in (303, 409, 422)
        assert dpo.post(form, {}).status in (303, 422)
    assert db.scalar(select(func.count()).select_from(CharterVersion)) == 0


def test_no_list_of_the_charters_breaks_on_what_nobody_should_ask(client: Clients) -> None:
    dpo = client("dpo")
    for path in ("/chartes/", "/chartes/verifications"):
        for query in ("page=-1", "tri=sha256", "q=%25_%5C", "q=%00", "etat=x", "constat=%00", "nature=zzz"):
            assert dpo.get(f"{path}?{query}").status == 200
