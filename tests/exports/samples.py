"""Records of the register made in memory, as rich as they come."""

import datetime as dt
import itertools
import uuid
from types import SimpleNamespace
from typing import Any

from models.establishments import Department, DepartmentKind, Establishment, Group
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.parts import (
    AccessRight,
    ActivityActor,
    DataItem,
    PersonGroup,
    Purpose,
    Recipient,
    Retention,
    SecurityMeasure,
    Transfer,
)
from models.register.processor import Processor, SubProcessor
from models.register.words import (
    ActorRole,
    Confidence,
    ContractState,
    DpiaNeed,
    DpiaProgress,
    Kind,
    RecipientKind,
    Source,
    Stage,
    Status,
    Unit,
)

ON = dt.date(2026, 11, 23)
AT = dt.datetime(2026, 11, 23, 13, 30, tzinfo=dt.UTC)

_LISTS: dict[str, dict[str, str]] = {
    "processing_domains": {"soin": "Soins", "rh": "Ressources humaines"},
    "lawful_bases": {"consent": "Consentement", "public_task": "Mission d’intérêt public", "contract": "Contrat"},
    "art9_conditions": {"art9_2_h": "Médecine préventive, soins (secret professionnel)"},
    "data_subjects": {"patient": "Patients", "employee": "Agents et salariés", "relative": "Proches"},
    "data_categories": {
        "identity": "État civil, identité, images",
        "ins": "Identité INS",
        "nir": "NIR (numéro de sécurité sociale)",
        "professional_life": "Vie professionnelle",
        "health": "Données concernant la santé",
        "social": "Difficultés sociales",
    },
    "retention_triggers": {"last_visit": "Dernier séjour ou dernière consultation"},
    "recipient_categories": {"care_team": "Équipe de soins", "editor": "Éditeur/mainteneur", "atih_ars": "ATIH, ARS"},
    "transfer_mechanisms": {"scc_commission": "Clauses contractuelles types de la Commission"},
    "countries": {"CN": "Chine", "FR": "France", "US": "États-Unis", "CH": "Suisse"},
    "adequacy_scopes": {"certified_only": "organismes certifiés"},
    "security_measure_categories": {"traceability": "Traçabilité", "backup": "Sauvegarde des données"},
    "dpia_criteria": {"sensitive_data": "Données sensibles", "large_scale": "Grande échelle"},
    "art28_clauses": {"instructions": "Instructions documentées", "audit": "Audits"},
    "hds_activities": {"1": "Sites physiques", "5": "Infogérance"},
}
_FACTS: dict[tuple[str, str], dict[str, Any]] = {
    **{("data_categories", code): {"sensitive": True} for code in ("health", "social", "ins", "nir")},
    ("countries", "FR"): {"eea": True},
    ("countries", "CH"): {"eea": False, "adequacy": "full"},
    ("countries", "US"): {"eea": False, "adequacy": "certified_only"},
}

TERMS = Terms(
    SimpleNamespace(scheme=scheme, code=code, position=i, label=label, facts=_FACTS.get((scheme, code), {}))
    for scheme, labels in _LISTS.items()
    for i, (code, label) in enumerate(labels.items())
)

_numbers = itertools.count(1)


def made(model: type[Any], /, **values: Any) -> Any:
    """An object of `model` with an identity, unsaved."""
    return model(id=uuid.UUID(int=next(_numbers)), **values)


def establishment() -> Establishment:
    group = made(Group, name="GHT des Trois Rivières")
    hospital: Establishment = made(
        Establishment,
        code="CH-VAL",
        name="Centre hospitalier du Val",
        finess="010000000",
        address="1, rue de l’Hôpital",
        postcode="01000",
        city="Valbourg",
        phone="04 00 00 00 00",
        email="direction@ch-val.example",
        legal_representative="Mme Claire Morel, directrice",
        dpo_name="M. Yann Le Goff",
        dpo_phone="04 00 00 00 01",
        dpo_email="dpo@ch-val.example",
    )
    hospital.group = group
    return hospital


def processor(name: str = "Éditeur du Dossier SAS") -> Processor:
    found: Processor = made(
        Processor,
        name=name,
        service="Maintenance du dossier patient",
        contact_name="Jeanne Contact",
        email="contact@editeur.example",
        phone="01 00 00 00 00",
        address="2, place du Marché, 75000 Paris",
        dpo_contact="dpo@editeur.example",
        countries=["FR", "US"],
        contract_state=ContractState.SIGNED,
        contract_reference="2024-118",
        contract_signed_on=dt.date(2024, 5, 2),
        contract_ends_on=dt.date(2028, 5, 1),
        clauses=["instructions", "audit"],
        hosts_health_data=True,
        hds_certificate="HDS-4412",
        hds_activities=["1", "5"],
        hds_expires_on=dt.date(2027, 1, 15),
        third_country_access=False,
        notes="Négociation en cours sur la réversibilité",
    )
    found.sub_processors = [
        made(SubProcessor, name="Nuage de Santé", service="Hébergement", country="FR", authorised_on=ON, position=0)
    ]
    return found


def activity(reference: str = "REG-2026-001", **values: Any) -> Activity:
    """A validated record of a controller with something in every collection; `values` replace its own fields."""
    fields: dict[str, Any] = {
        "name": "Dossier patient informatisé",
        "kind": Kind.CONTROLLER,
        "status": Status.VALIDATED,
        "domain": "soin",
        "description": "Tenue du dossier des patients hospitalisés et des consultants.",
        "owner_service": "DIM",
        "contact_name": "Dr Anne Référente",
        "contact_email": "anne.referente@ch-val.example",
        "applications": "Dossier patient informatisé ; archives papier",
        "opened_on": dt.date(2018, 5, 25),
        "revised_on": dt.date(2026, 3, 2),
        "sensitive": True,
        "transfers_exist": True,
        "security_notes": "Salle serveur à accès restreint",
        "information": "Livret d’accueil et affichage",
        "rights": "Demande écrite à la direction ou au DPO",
        "automated_decision": False,
        "dpia_criteria": ["sensitive_data", "large_scale"],
        "dpia_listed": True,
        "dpia_progress": DpiaProgress.DONE,
        "review_on": dt.date(2027, 3, 2),
        "confirmed_at": AT,
        "confirmed_by": "Anne Référente",
        "notes": "Relire avec la DSI",
        "validated_version": 3,
        "updated_at": AT,
        "updated_by": "dpo",
    }
    record: Activity = made(Activity, reference=reference, **{**fields, **values})
    record.establishment = establishment()
    record.department = made(Department, name="Pôle de médecine", kind=DepartmentKind.POLE)
    for collection, rows in parts().items():
        setattr(record, collection, rows)
    return record


def parts() -> dict[str, list[Any]]:
    """Rows of every collection, as the models hold them."""
    return {
        "actors": [
            made(
                ActivityActor,
                role=ActorRole.JOINT_CONTROLLER,
                name="CH de la Plaine",
                address="3, avenue du Parc",
                postcode="01100",
                city="Plaineville",
                country="France",
                phone="04 11 11 11 11",
                email="dir@plaine.example",
            )
        ],
        "purposes": [
            made(
                Purpose,
                label="Assurer la prise en charge et la continuité des soins",
                lawful_basis="public_task",
                lawful_basis_reference="CSP L6112-1",
                art9_condition="art9_2_h",
                art9_reference="LIL art. 44, 1°",
            ),
            made(Purpose, label="Rédiger la lettre de liaison", lawful_basis="public_task"),
        ],
        "person_groups": [
            made(PersonGroup, category="patient", details="Hospitalisés"),
            made(PersonGroup, category="relative"),
        ],
        "data_items": [
            made(
                DataItem,
                category="identity",
                description="Nom, prénoms, date de naissance",
                person_category="patient",
                source=Source.DIRECT,
                mandatory=True,
                consequence="Admission impossible",
                free_text=False,
            ),
            made(
                DataItem,
                category="ins",
                description="Matricule INS",
                source=Source.BOTH,
                source_details="Téléservice INSi",
            ),
            made(
                DataItem,
                category="health",
                description="Antécédents\nRésultats",
                source=Source.INDIRECT,
                free_text=True,
            ),
        ],
        "retentions": [
            made(
                Retention,
                item="Dossier patient",
                stage=Stage.ACTIVE,
                duration=20,
                unit=Unit.YEARS,
                trigger="last_visit",
                reference="CSP R1112-7",
                confidence=Confidence.VERIFIED,
                confirmed_at=AT,
                confirmed_by="Yann Le Goff",
            ),
            made(
                Retention,
                item="Matricule INS",
                data_category="ins",
                stage=Stage.INTERMEDIATE,
                unit=Unit.RELATION,
                wording="Comme le dossier",
                confidence=Confidence.OWN_KNOWLEDGE,
            ),
        ],
        "recipients": [
            made(Recipient, kind=RecipientKind.INTERNAL, category="care_team", reason="Soins"),
            made(Recipient, kind=RecipientKind.PROCESSOR, category="editor", name="Maintenance", processor=processor()),
            made(
                Recipient,
                kind=RecipientKind.EXTERNAL,
                category="atih_ars",
                name="ARS Auvergne",
                reason="Veille sanitaire",
            ),
        ],
        "transfers": [
            made(
                Transfer,
                recipient="Support Inc.",
                country="US",
                mechanism="scc_commission",
                document="Annexe 4 du marché",
            ),
        ],
        "security_measures": [
            made(SecurityMeasure, category="traceability", description="Journal des accès au dossier")
        ],
        "access_rights": [
            made(
                AccessRight,
                profile="Infirmier",
                scope="Patients de l’unité",
                may_consult=True,
                may_create=True,
                may_modify=True,
                may_delete=False,
                may_export=False,
                may_break_glass=True,
                review_on=dt.date(2026, 12, 1),
            )
        ],
    }


def served(reference: str = "REG-2026-900") -> Activity:
    """A record of the processor's register (art. 30(2))."""
    record = activity(
        reference,
        name="Messagerie du groupement",
        kind=Kind.PROCESSOR,
        sensitive=False,
        dpia_override=DpiaNeed.NOT_REQUIRED,
    )
    record.actors = [
        made(ActivityActor, role=ActorRole.SERVED_CONTROLLER, name="EHPAD des Tilleuls", email="d@tilleuls.example")
    ]
    record.person_groups, record.data_items, record.retentions, record.access_rights = [], [], [], []
    return record
