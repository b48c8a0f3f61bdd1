"""What the inventory of applications knows of the plan."""

import datetime as dt
from typing import Any

from sqlalchemy import Select, and_, select

from models.hopen.measures import Measure, shares
from models.inventory import indicators as inventory
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.followup import Exchange, decided
from models.inventory.words import CRITICAL, PATIENT_DOMAINS, READY, Domain, Status
from models.vocabulary import N_

_LIVE = Application.status == Status.PRODUCTION
_OF_PATIENTS = and_(_LIVE, Application.domain.in_(PATIENT_DOMAINS))
_CRITICAL = and_(_LIVE, Application.criticality.in_(CRITICAL))
_LACKING = and_(inventory.P34.counted, Assessment.core_met.is_(False))

MEASURES = (
    Measure(
        "identities_said",
        ("P1.1-O2-A1",),
        N_("Raccordement au référentiel d’identités dit pour %(met)s applications sur %(counted)s"),
        "inventory",
    ),
    Measure(
        "p11",
        ("P1.1-O4-A1",),
        N_("%(met)s applications sur %(counted)s raccordées au référentiel d’identités, INS gérée"),
        "inventory",
        "montrer=p11",
        whole=False,
    ),
    Measure(
        "stays_said",
        ("P1.3-O2-A1",),
        N_("Raccordement aux séjours et mouvements dit pour %(met)s applications sur %(counted)s"),
        "inventory",
    ),
    Measure(
        "p13",
        ("P1.3-O4-A1",),
        N_("%(met)s applications sur %(counted)s raccordées au référentiel des séjours et mouvements"),
        "inventory",
        "montrer=p13",
        whole=False,
    ),
    Measure(
        "p14",
        ("P1.4-O5-A3",),
        N_("%(met)s applications sur %(counted)s raccordées au référentiel de structure"),
        "inventory",
        "montrer=p14",
        whole=False,
    ),
    Measure(
        "restart",
        ("P2.1-O1-A1",),
        N_("Procédure de redémarrage rédigée pour %(met)s applications critiques sur %(counted)s"),
        "inventory",
        "montrer=p21",
    ),
    Measure(
        "p21",
        ("P2.1-O5-A1",),
        N_("Reprise rédigée et essayée depuis moins d’un an pour %(met)s applications critiques sur %(counted)s"),
        "inventory",
        "montrer=p21",
        whole=False,
    ),
    Measure(
        "aimed",
        ("P2.2-O2-A2",),
        N_("Disponibilité visée fixée pour %(met)s applications critiques sur %(counted)s"),
        "inventory",
        "montrer=p22",
    ),
    Measure(
        "p22",
        ("P2.2-O3-A2",),
        N_("Disponibilité visée et mesurée depuis trois mois pour %(met)s applications critiques sur %(counted)s"),
        "inventory",
        "montrer=p22",
        whole=False,
    ),
    Measure(
        "degraded_said",
        ("P2.3-O1-A1",),
        N_("Mode dégradé et retour à la normale dits pour %(met)s applications critiques sur %(counted)s"),
        "inventory",
        "montrer=p23",
    ),
    Measure(
        "degraded",
        ("P2.3-O3-A1",),
        N_("Procédure en mode dégradé rédigée pour %(met)s applications critiques sur %(counted)s"),
        "inventory",
        "montrer=p23",
        whole=False,
    ),
    Measure(
        "back",
        ("P2.3-O4-A1",),
        N_("Procédure de retour à la normale rédigée pour %(met)s applications critiques sur %(counted)s"),
        "inventory",
        "montrer=p23",
        whole=False,
    ),
    Measure(
        "assessed",
        ("P3.4-O1-A1",),
        N_("%(met)s applications auditées sur %(counted)s qui contiennent des données de santé"),
        "inventory",
        "montrer=p34",
    ),
    Measure(
        "contacted",
        ("P3.4-O2-A1",),
        N_("Éditeur contacté pour %(met)s applications non conformes sur %(counted)s"),
        "inventory",
        "montrer=non-conformes",
    ),
    Measure(
        "decided",
        ("P3.4-O2-A3",),
        N_("Arbitrage rendu pour %(met)s applications non conformes sur %(counted)s"),
        "inventory",
        "montrer=non-conformes",
    ),
    Measure(
        "p34",
        ("P3.4-O3-A1",),
        N_("%(met)s applications sur %(counted)s dotées d’une authentification personnelle"),
        "inventory",
        "montrer=p34",
        whole=False,
    ),
    Measure(
        "dmp_said",
        ("P4.1-O1-A1",),
        N_("Alimentation du DMP dite pour %(met)s applications de soins sur %(counted)s"),
        "inventory",
    ),
    Measure(
        "p41",
        ("P4.1-O1-A3",),
        N_("%(met)s applications de soins sur %(counted)s alimentent le DMP"),
        "inventory",
        "montrer=p41",
        whole=False,
    ),
)


def from_inventory(today: dt.date) -> Select[Any]:
    """What the applications in production say."""
    rules: dict[str, tuple[Any, Any]] = {
        "identities_said": (_OF_PATIENTS, Application.identity_link.is_not(None)),
        "stays_said": (_OF_PATIENTS, Application.stays_link.is_not(None)),
        "restart": (_CRITICAL, Application.restart_procedure.in_(READY)),
        "aimed": (_CRITICAL, Application.availability_target.is_not(None)),
        "degraded_said": (
            _CRITICAL,
            and_(Application.degraded_procedure.is_not(None), Application.return_procedure.is_not(None)),
        ),
        "degraded": (_CRITICAL, Application.degraded_procedure.in_(READY)),
        "back": (_CRITICAL, Application.return_procedure.in_(READY)),
        "assessed": (inventory.P34.counted, Assessment.id.is_not(None)),
        "contacted": (_LACKING, Application.id.in_(select(Exchange.application_id))),
        "decided": (_LACKING, decided(today)),
        "dmp_said": (and_(_LIVE, Application.domain == Domain.CARE), Application.feeds_dmp.is_not(None)),
        **{one.key: (one.counted, one.met(today)) for one in inventory.INDICATORS if one.key != "p23"},
    }
    sums = [column for key, (counted, met) in rules.items() for column in shares(key, counted, met)]
    query = inventory.standing(Application.establishment_id.label("place"), *sums)
    return query.where(_LIVE).group_by(Application.establishment_id)
