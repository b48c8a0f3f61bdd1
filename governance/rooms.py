"""The rooms, in menu order: word, French title, path, blueprint, and who sees it in the menu."""

from dataclasses import dataclass

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from governance.accounts import reminders as accounts_reminders  # noqa: F401 -- it tells its due dates
from governance.accounts import routes as accounts_routes  # noqa: F401 -- it attaches its doors
from governance.accounts import searched as accounts_searched
from governance.accounts.blueprint import blueprint as accounts
from governance.charters import (  # noqa: F401 -- they attach their doors
    assisted,
    campaigns,
    checks,
    handing,
    kiosk,
    own,
    paper,
    publication,
    versions,
)
from governance.charters import links as charters_links  # noqa: F401 -- it attaches its doors
from governance.charters import packed as charters_packed  # noqa: F401 -- it gives to packs of evidence
from governance.charters import reminders as charters_reminders  # noqa: F401 -- it tells its due dates
from governance.charters import routes as charters_routes  # noqa: F401 -- it attaches its doors
from governance.charters import searched as charters_searched
from governance.charters.blueprint import blueprint as charters
from governance.dashboard.routes import blueprint as dashboard
from governance.establishments import searched as establishments_searched
from governance.establishments.routes import blueprint as establishments
from governance.evidence import searched as evidence_searched
from governance.evidence.routes import blueprint as evidence
from governance.hopen import bridges as hopen_bridges  # noqa: F401 -- it attaches its doors
from governance.hopen import delivery as hopen_delivery  # noqa: F401 -- it attaches its doors
from governance.hopen import following as hopen_following  # noqa: F401 -- it attaches its doors
from governance.hopen import keeping as hopen_keeping  # noqa: F401 -- it attaches its doors
from governance.hopen import proposing as hopen_proposing  # noqa: F401 -- it attaches its doors
from governance.hopen import reminders as hopen_reminders  # noqa: F401 -- it tells its due dates
from governance.hopen import routes as hopen_routes  # noqa: F401 -- it attaches its doors
from governance.hopen import searched as hopen_searched
from governance.hopen import upkeep as hopen_upkeep  # noqa: F401 -- it attaches its doors
from governance.hopen.blueprint import blueprint as hopen
from governance.hopen.packs import handing as hopen_handing  # noqa: F401 -- it attaches its doors
from governance.hopen.packs import making as hopen_making  # noqa: F401 -- it attaches its doors
from governance.imports.routes import blueprint as imports
from governance.imports.subjects import import_permissions
from governance.inventory import assessments, board, decisions, grid, letters, vendors  # noqa: F401 -- they attach their doors
from governance.inventory import handover as inventory_handover  # noqa: F401 -- it attaches its doors
from governance.inventory import life as inventory_life  # noqa: F401 -- it attaches its doors
from governance.inventory import reminders as inventory_reminders  # noqa: F401 -- it tells its due dates
from governance.inventory import routes as inventory_routes  # noqa: F401 -- it attaches its doors
from governance.inventory import searched as inventory_searched
from governance.inventory.blueprint import blueprint as inventory
from governance.journal import keys as journal_keys  # noqa: F401 -- it attaches its doors
from governance.journal import proof as journal_proof  # noqa: F401 -- it attaches its doors
from governance.journal import routes as journal_routes  # noqa: F401 -- it attaches its doors
from governance.journal.blueprint import blueprint as journal
from governance.notices import campaigns as notices_campaigns  # noqa: F401 -- it attaches its doors
from governance.notices import checks as notices_checks  # noqa: F401 -- likewise
from governance.notices import desk, diffusion, public, tools  # noqa: F401 -- likewise
from governance.notices import packed as notices_packed  # noqa: F401 -- it gives to packs of evidence
from governance.notices import publication as notices_publication  # noqa: F401 -- likewise
from governance.notices import reminders as notices_reminders  # noqa: F401 -- it tells its due dates
from governance.notices import routes as notices_routes  # noqa: F401 -- likewise
from governance.notices import searched as notices_searched
from governance.notices.blueprint import blueprint as notices
from governance.outbox.routes import blueprint as outbox
from governance.people import delivery, links, picking, presence  # noqa: F401 -- they attach their doors
from governance.people import reminders as people_reminders  # noqa: F401 -- it tells its due dates
from governance.people import routes as people_routes  # noqa: F401 -- likewise
from governance.people import searched as people_searched
from governance.people.blueprint import blueprint as people
from governance.plan import calendar as plan_calendar  # noqa: F401 -- it attaches its doors
from governance.plan import delivery as plan_delivery  # noqa: F401 -- it attaches its doors
from governance.plan import life as plan_life  # noqa: F401 -- it attaches its doors
from governance.plan import packed as plan_packed  # noqa: F401 -- it gives to packs of evidence
from governance.plan import reminders as plan_reminders  # noqa: F401 -- it tells its due dates
from governance.plan import searched as plan_searched
from governance.plan.blueprint import blueprint as plan
from governance.policy import application, derogations, findings, incident, meetings, training  # noqa: F401 -- they attach their doors
from governance.policy import packed as policy_packed  # noqa: F401 -- it gives to packs of evidence
from governance.policy import publication as policy_publication  # noqa: F401 -- it attaches its doors
from governance.policy import reminders as policy_reminders  # noqa: F401 -- it tells its due dates
from governance.policy import routes as policy_routes  # noqa: F401 -- it attaches its doors
from governance.policy import searched as policy_searched
from governance.policy import versions as policy_versions  # noqa: F401 -- it attaches its doors
from governance.policy.blueprint import blueprint as policy
from governance.positions import fillings, hiring, nominations, office  # noqa: F401 -- they attach their doors
from governance.positions import life as positions_life  # noqa: F401 -- it attaches its doors
from governance.positions import packed as positions_packed  # noqa: F401 -- it gives to packs of evidence
from governance.positions import reminders as positions_reminders  # noqa: F401 -- it tells its due dates
from governance.positions import routes as positions_routes  # noqa: F401 -- it attaches its doors
from governance.positions import searched as positions_searched
from governance.positions.blueprint import blueprint as positions
from governance.register import handover, history, life, processors, routes  # noqa: F401 -- they attach their doors
from governance.register import reminders as register_reminders  # noqa: F401 -- it tells its due dates
from governance.register import searched as register_searched
from governance.register.blueprint import blueprint as register
from governance.reminders import diary as reminders_diary  # noqa: F401 -- it attaches its doors
from governance.reminders import routes as reminders_routes  # noqa: F401 -- likewise
from governance.reminders.blueprint import blueprint as reminders
from governance.risks import (  # noqa: F401 -- they attach their doors
    adding,
    elements,
    everything,
    interviews,
    lots,
    protecting,
    rating,
    scaling,
    scenarios,
)
from governance.risks import handover as risks_handover  # noqa: F401 -- it attaches its doors
from governance.risks import life as risks_life  # noqa: F401 -- it attaches its doors
from governance.risks import measures as risks_measures  # noqa: F401 -- likewise
from governance.risks import packed as risks_packed  # noqa: F401 -- it gives to packs of evidence
from governance.risks import reminders as risks_reminders  # noqa: F401 -- it tells its due dates
from governance.risks import routes as risks_routes  # noqa: F401 -- it attaches its doors
from governance.risks import searched as risks_searched
from governance.risks.blueprint import blueprint as risks
from governance.search.routes import blueprint as search
from governance.searching import KINDS
from governance.visitor import Visitor
from models.permissions import Permission
from models.vocabulary import N_


@dataclass(frozen=True)
class Room:
    """One subject of the house. `path`: where its addresses begin ("/": each route gives its own whole path);
    `seen_with`: the permission that puts it in the menu, or several of which one is enough; `in_menu` is false for a
    room that is only reached from others.
    """

    word: str
    title: str
    path: str
    blueprint: Blueprint
    icon: str
    seen_with: Permission | tuple[Permission, ...] | None = None
    entry: str = "index"
    section: str = ""
    in_menu: bool = True


ROOMS = (
    Room("dashboard", N_("Accueil"), "/", dashboard, "home"),
    Room("register", N_("Registre"), "/registre", register, "register", Permission.REGISTER_READ),
    Room("plan", N_("Plan d’action"), "/plan", plan, "plan", Permission.PLAN_OWN, entry="own"),
    Room("hopen", N_("HOP’EN"), "/hopen", hopen, "hopen", Permission.HOPEN_READ),
    Room("inventory", N_("Applications"), "/applications", inventory, "inventory", Permission.INVENTORY_READ),
    Room(
        "risks",
        N_("Analyses de risques"),
        "/risques",
        risks,
        "risks",
        (Permission.RISKS_READ, Permission.MEASURES_READ),
    ),
    Room("policy", N_("PSSI"), "/pssi", policy, "policy", (Permission.POLICY_READ, Permission.TRAINING_READ)),
    Room("search", N_("Recherche"), "/recherche", search, "search", in_menu=False),
    Room("evidence", N_("Pièces"), "/pieces", evidence, "evidence", in_menu=False),
    Room("people", N_("Personnes"), "/personnes", people, "people", Permission.PEOPLE_READ),
    Room("charters", N_("Chartes"), "/chartes", charters, "charters", Permission.CHARTERS_READ),
    Room("positions", N_("Fiches de poste"), "/postes", positions, "positions", Permission.POSITIONS_READ),
    Room("notices", N_("Information des patients"), "/information", notices, "notices", Permission.NOTICES_READ),
    Room("reminders", N_("Mes échéances"), "/", reminders, "plan", Permission.ACCOUNT_OWN, in_menu=False),
    Room("imports", N_("Imports"), "/imports", imports, "import", import_permissions()),
    Room(
        "establishments",
        N_("Établissements"),
        "/etablissements",
        establishments,
        "building",
        Permission.ESTABLISHMENTS_READ,
        section=N_("Administration"),
    ),
    Room("accounts", N_("Comptes"), "/", accounts, "person", Permission.ACCOUNTS_READ, section=N_("Administration")),
    Room("outbox", N_("Courriels"), "/courriels", outbox, "mail", Permission.OUTBOX_READ, section=N_("Administration")),
    Room("journal", N_("Journal"), "/", journal, "journal", Permission.JOURNAL_READ, section=N_("Administration")),
)

KINDS[:] = (
    *register_searched.KINDS,
    *plan_searched.KINDS,
    *hopen_searched.KINDS,
    *inventory_searched.KINDS,
    *risks_searched.KINDS,
    *policy_searched.KINDS,
    *people_searched.KINDS,
    *charters_searched.KINDS,
    *positions_searched.KINDS,
    *notices_searched.KINDS,
    *evidence_searched.KINDS,
    *establishments_searched.KINDS,
    *accounts_searched.KINDS,
)
"""What may be searched, room after room: governance/searching.py keeps it for the room that searches."""


@dataclass(frozen=True)
class MenuItem:
    title: str
    url: str
    icon: str
    current: bool
    section: str


def menu(who: Visitor) -> list[MenuItem]:
    """The rooms that this visitor may enter, the one she is in marked."""
    here = request.blueprint
    return [
        MenuItem(
            _(room.title),
            url_for(f"{room.word}.{room.entry}"),
            room.icon,
            room.word == here,
            _(room.section) if room.section else "",
        )
        for room in ROOMS
        if room.in_menu and who.signed_in and _is_seen(room, who)
    ]


def _is_seen(room: Room, who: Visitor) -> bool:
    wanted = (room.seen_with,) if isinstance(room.seen_with, Permission) else room.seen_with
    return wanted is None or any(map(who.may, wanted))
