"""What the search finds is what may be read: each thing found opens, and nobody learns of the others."""

import re

import pytest

from tests.cast import LOGINS
from tests.client import HouseClient
from tests.house.conftest import Clients
from tests.house.ground import Things

COMMON = ("re", "an")
"""Letters that almost everything of the ground holds."""

HIT = re.compile(r'<p class="hit-title">.*?<a href="([^"#]+)')


def found(who: HouseClient, *typed: str) -> set[str]:
    """The addresses of what some searches find."""
    pages = [who.client.get(f"/recherche/?q={one}").get_data(as_text=True) for one in typed]
    return {address for page in pages for address in HIT.findall(page)}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_the_search_finds_opens_and_is_of_where_one_reads(things: Things, client: Clients) -> None:
    browsers = {login: client(login) for login in ("dpo", "agent", "referent", "dpo-est", "rh")}
    everything = {login: found(who, *COMMON) for login, who in browsers.items()}
    for login, addresses in everything.items():
        shut = [one for one in addresses if browsers[login].client.get(one).status_code != 200]
        assert not shut, f"{login} finds what she may not open"
    assert len(everything["dpo"]) > 20
    assert len(everything["agent"]) < 10

    named = [
        (whose, str(values["identity"]))
        for one in things.values()
        for whose, values in one.items()
        if "identity" in values
    ]
    for login, elsewhere in (("dpo", "CHE"), ("rh", "CHE"), ("agent", "CHE"), ("dpo-est", "CHA")):
        foreign = [identity for whose, identity in named if whose.startswith(elsewhere)]
        assert not [one for one in everything[login] for identity in foreign if identity in one], login


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_risks_are_found_by_those_who_read_them_only(things: Things, client: Clients) -> None:
    for login in LOGINS:
        learnt = found(client(login), "rancongiciel", "ar-2026", "sauvegarde hors")
        kinds = {"/".join(one.split("/")[1:3]) for one in learnt}
        if login in ("rssi", "dpo", "dpo-est", "auditeur"):
            assert "risques/scenarios" in kinds, login
        else:
            assert kinds == ({"risques/mesures"} if login == "dsi" else set()), login
