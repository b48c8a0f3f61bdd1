"""A big register: thousands of full activities, always the same, as plain records, as rows and as a flat table."""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from openpyxl import Workbook
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.base import identities
from models.establishments import Department, DepartmentKind, Establishment
from models.register.catalogue import Terms
from models.register.portable import rows_of
from models.register.processor import Processor
from models.register.words import (
    ActorRole,
    Confidence,
    DpiaProgress,
    Kind,
    RecipientKind,
    Source,
    Stage,
    Status,
    Unit,
)

Plain = dict[str, Any]

AT = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.UTC)
CHUNK = 500

WARDS = (
    "Urgences", "Cardiologie", "Pneumologie", "Maternité", "Pédiatrie", "Gériatrie", "Oncologie", "Imagerie médicale",
    "Laboratoire", "Pharmacie", "Bloc opératoire", "Réanimation", "Psychiatrie", "Hémodialyse", "Rééducation",
    "Ressources humaines", "Achats", "Systèmes d’information", "Qualité", "Service social", "Hôtellerie", "Sécurité",
)  # fmt: skip
EDITORS = (
    "Éditions du Dossier", "Logiciels du Soin", "Imagerie Partagée", "Nuage de Santé", "Paie et Carrières",
    "Télésuivi SAS", "Messageries de l’Ouest", "Archives du Centre",
)  # fmt: skip
PEOPLE = (
    "Anne Lefèvre", "Bruno Maréchal", "Chloé Garnier", "Denis Hervé", "Élise Aubert", "Fabien Noël", "Gaëlle Perrin",
    "Hugo Besançon", "Inès Château", "Jérôme Léger", "Karine Böhm", "Loïc Prévost",
)  # fmt: skip
DEEDS = (
    "Suivi", "Gestion", "Programmation", "Évaluation", "Traçabilité", "Facturation", "Coordination", "Archivage",
    "Surveillance", "Organisation", "Contrôle", "Dématérialisation",
)  # fmt: skip
THINGS = (
    "des consultations", "des séjours", "des rendez-vous", "des prescriptions", "des examens", "des dossiers",
    "des événements indésirables", "des formations", "des plannings", "des accès", "des équipements", "des transports",
    "des demandes de patients", "des recherches", "des réclamations", "des commandes",
)  # fmt: skip
AIMS = (
    "assurer la continuité et la qualité de la prise en charge",
    "produire les statistiques d’activité demandées par la tutelle",
    "planifier la présence des équipes et le travail de nuit",
    "répondre aux demandes des personnes et de leurs ayants droit",
    "facturer les actes et recouvrer les sommes dues",
    "tenir à jour les habilitations et en garder la preuve",
    "améliorer les pratiques par des revues de dossiers",
    "prévenir et analyser les événements graves",
)
TEXTS = (
    "Code de la santé publique, art. L1110-4 et L1110-12", "Code de la santé publique, art. R1112-2 et R1112-7",
    "Code de la sécurité sociale, art. L161-28", "Code général de la fonction publique, art. L137-1",
    "Règlement (UE) 2016/679, art. 6(1)(e)", "Code du travail, art. L4624-8",
)  # fmt: skip
DETAILS = (
    "personnes prises en charge par l’unité au cours des douze derniers mois",
    "nom, prénoms, date et lieu de naissance, adresse, téléphone",
    "comptes rendus, résultats, antécédents, traitements en cours",
    "numéro d’immatriculation, organisme d’affiliation, droits ouverts",
    "identifiant, date et heure de connexion, opération faite",
    "emploi, service d’affectation, diplômes, numéro RPPS",
    "observations de l’équipe, transmissions ciblées, objectifs de soins",
    "nom de la personne à prévenir, lien de parenté, téléphone",
)
SAFEGUARDS = (
    "authentification à deux facteurs et revue des comptes tous les trois mois",
    "journal des accès conservé un an et analysé chaque semaine",
    "sauvegarde quotidienne chiffrée, restaurée à l’essai deux fois par an",
    "postes verrouillés après dix minutes et disques chiffrés",
    "cloisonnement du réseau et supervision permanente",
    "clause de confidentialité et audit annuel du prestataire",
)
INFORMING = (
    "Livret d’accueil, affichage dans l’unité et mention au bas des courriers.",
    "Notice remise à l’inscription, avec les coordonnées du délégué.",
    "Page du site internet et information orale par le soignant.",
)
PROFILES = ("Médecin", "Infirmier", "Secrétaire médicale", "Cadre de santé", "Administrateur", "Pharmacien", "Interne")


class Maker:
    """Makes activities as portable records (see models/register/portable.py); the same number, the same record."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._codes = {
            scheme: [code for code, _ in terms.choices(scheme) if code != "other"]
            for scheme in (
                "processing_domains", "lawful_bases", "art9_conditions", "data_subjects", "data_categories",
                "retention_triggers", "recipient_categories", "transfer_mechanisms", "countries",
                "security_measure_categories", "dpia_criteria",
            )
        }  # fmt: skip

    def records(self, count: int) -> Iterator[Plain]:
        """The first `count` activities: every field that a person fills, and all the parts of a full record."""
        for number in range(1, count + 1):
            chance = random.Random(number)  # noqa: S311 -- chance that comes out the same each time
            yield {"fields": self._fields(number, chance), "parts": self._parts(chance)}

    def _fields(self, number: int, chance: random.Random) -> Plain:
        person, ward = chance.choice(PEOPLE), chance.choice(WARDS)
        return {
            "reference": f"T-2025-{number:05d}",
            "name": f"{chance.choice(DEEDS)} {chance.choice(THINGS)} – {ward} {number}",
            "kind": Kind.CONTROLLER.value,
            "status": chance.choice((Status.DRAFT, Status.QUALIFIED, Status.VALIDATED)).value,
            "domain": self._code("processing_domains", chance),
            "description": f"Le service {ward} l’emploie chaque jour pour {chance.choice(AIMS)}, "
            f"ainsi que pour {chance.choice(AIMS)}. Fiche tenue par {person}.",
            "department": ward,
            "contact_name": person,
            "contact_email": f"contact.{number % 97}@hopital.example",
            "applications": f"{chance.choice(EDITORS)} ; tableur de suivi ; dossiers papier de l’unité",
            "opened_on": _day(chance, 2018).isoformat(),
            "sensitive": chance.random() < 0.6,
            "transfers_exist": True,
            "security_notes": f"En plus : {chance.choice(SAFEGUARDS)}.",
            "information": chance.choice(INFORMING),
            "rights": "Demande écrite au délégué à la protection des données, réponse en un mois.",
            "automated_decision": False,
            "dpia_criteria": chance.sample(self._codes["dpia_criteria"], 2),
            "dpia_listed": chance.random() < 0.3,
            "dpia_progress": chance.choice(tuple(DpiaProgress)).value,
            "review_on": _day(chance, 2026).isoformat(),
            "notes": f"Revu avec {chance.choice(PEOPLE)} : {chance.choice(DETAILS)}.",
        }

    def _parts(self, chance: random.Random) -> dict[str, list[Plain]]:
        persons = chance.sample(self._codes["data_subjects"], 3)
        return {
            "actors": [self._actor(chance)],
            "purposes": [self._purpose(chance) for _ in range(3)],
            "person_groups": [{"category": code, "details": chance.choice(DETAILS)} for code in persons],
            "data_items": [
                self._data_item(code, chance.choice(persons), chance)
                for code in chance.sample(self._codes["data_categories"], 5)
            ],
            "retentions": [self._retention(stage, chance) for stage in Stage],
            "recipients": [self._recipient(kind, chance) for kind in (*RecipientKind, RecipientKind.INTERNAL)],
            "transfers": [self._transfer(chance)],
            "security_measures": [
                {"category": code, "description": chance.choice(SAFEGUARDS)}
                for code in chance.sample(self._codes["security_measure_categories"], 4)
            ],
            "access_rights": [_access_right(profile, chance) for profile in chance.sample(PROFILES, 3)],
        }

    def _code(self, scheme: str, chance: random.Random) -> str:
        return chance.choice(self._codes[scheme])

    def _actor(self, chance: random.Random) -> Plain:
        return {
            "role": ActorRole.JOINT_CONTROLLER.value,
            "name": f"Centre hospitalier {chance.choice(('du Lac', 'des Pins', 'de la Lande'))}",
            "address": f"{chance.randint(1, 99)}, avenue de l’Hôpital",
            "postcode": "29000",
            "city": "Anse",
            "country": "FR",
            "phone": "02 00 00 00 00",
            "email": "direction@hopital.example",
        }

    def _purpose(self, chance: random.Random) -> Plain:
        return {
            "label": f"{chance.choice(DEEDS)} {chance.choice(THINGS)} pour {chance.choice(AIMS)}",
            "lawful_basis": self._code("lawful_bases", chance),
            "lawful_basis_reference": chance.choice(TEXTS),
            "art9_condition": self._code("art9_conditions", chance),
            "art9_reference": chance.choice(TEXTS),
        }

    def _data_item(self, category: str, person: str, chance: random.Random) -> Plain:
        return {
            "category": category,
            "description": chance.choice(DETAILS),
            "person_category": person,
            "source": chance.choice(tuple(Source)).value,
            "source_details": f"Fichier reçu de {chance.choice(WARDS)}",
            "mandatory": chance.random() < 0.5,
            "consequence": "La prise en charge est retardée.",
            "free_text": chance.random() < 0.2,
        }

    def _retention(self, stage: Stage, chance: random.Random) -> Plain:
        return {
            "item": f"{chance.choice(DEEDS)} {chance.choice(THINGS)}",
            "data_category": self._code("data_categories", chance),
            "stage": stage.value,
            "duration": chance.randint(1, 40),
            "unit": Unit.YEARS.value,
            "trigger": self._code("retention_triggers", chance),
            "reference": chance.choice(TEXTS),
            "confidence": chance.choice((Confidence.STATED, Confidence.VERIFIED)).value,
        }

    def _recipient(self, kind: RecipientKind, chance: random.Random) -> Plain:
        category, reason = self._code("recipient_categories", chance), f"Pour {chance.choice(AIMS)}"
        who = (
            {"processor": chance.choice(EDITORS)} if kind is RecipientKind.PROCESSOR else {"name": chance.choice(WARDS)}
        )
        return {"kind": kind.value, "category": category, "reason": reason, **who}

    def _transfer(self, chance: random.Random) -> Plain:
        return {
            "recipient": chance.choice(EDITORS),
            "country": self._code("countries", chance),
            "mechanism": self._code("transfer_mechanisms", chance),
            "document": f"Annexe {chance.randint(1, 9)} du marché",
            "details": "Maintenance à distance, sans copie des données.",
        }

    # The same activities as people keep them: one row each, lists in a cell

    def table(self, count: int) -> Iterator[list[Any]]:
        """A flat table of `count` activities in twenty columns, headers first."""
        yield [title for title, _ in self._columns()]
        tellers = [teller for _, teller in self._columns()]
        for record in self.records(count):
            yield [teller(record["fields"], record["parts"]) for teller in tellers]

    def _columns(self) -> tuple[tuple[str, Callable[[Plain, dict[str, list[Plain]]], Any]], ...]:
        listed = self._listed
        return (
            ("Référence", lambda fields, parts: fields["reference"]),
            ("Nom du traitement", lambda fields, parts: fields["name"]),
            ("Description", lambda fields, parts: fields["description"]),
            ("Service", lambda fields, parts: fields["department"]),
            ("Contact", lambda fields, parts: fields["contact_name"]),
            ("Courriel du contact", lambda fields, parts: fields["contact_email"]),
            ("Logiciels", lambda fields, parts: fields["applications"]),
            ("Date de création", lambda fields, parts: dt.date.fromisoformat(fields["opened_on"])),
            ("Prochaine revue", lambda fields, parts: dt.date.fromisoformat(fields["review_on"])),
            ("Finalité principale", lambda fields, parts: parts["purposes"][0]["label"]),
            ("Base légale", lambda fields, parts: listed("lawful_bases", parts["purposes"][:1], "lawful_basis")),
            ("Personnes concernées", lambda fields, parts: listed("data_subjects", parts["person_groups"], "category")),
            ("Catégories de données", lambda fields, parts: listed("data_categories", parts["data_items"], "category")),
            ("Données sensibles", lambda fields, parts: "Oui" if fields["sensitive"] else "Non"),
            ("Durée de conservation", lambda fields, parts: f"{parts['retentions'][0]['duration']} ans"),
            ("Destinataires", lambda fields, parts: listed("recipient_categories", parts["recipients"], "category")),
            ("Transferts hors UE", lambda fields, parts: "Non"),
            (
                "Mesures de sécurité",
                lambda fields, parts: listed("security_measure_categories", parts["security_measures"], "category"),
            ),
            ("Information des personnes", lambda fields, parts: fields["information"]),
            ("Observations", lambda fields, parts: fields["notes"]),
        )

    def _listed(self, scheme: str, rows: Sequence[Plain], key: str) -> str:
        return " ; ".join(self._terms.label(scheme, row[key]) for row in rows)


def _access_right(profile: str, chance: random.Random) -> Plain:
    return {
        "profile": profile,
        "scope": f"Dossiers de {chance.choice(WARDS)}",
        "may_consult": True,
        "may_create": chance.random() < 0.6,
        "may_modify": chance.random() < 0.6,
        "may_delete": chance.random() < 0.2,
        "may_export": chance.random() < 0.3,
        "may_break_glass": chance.random() < 0.3,
        "review_on": _day(chance, 2026).isoformat(),
    }


def _day(chance: random.Random, year: int) -> dt.date:
    return dt.date(year, 1, 1) + dt.timedelta(days=chance.randrange(700))


def furnish(session: Session, establishment_id: uuid.UUID) -> None:
    """Give an establishment the departments and processors that the activities name."""
    for ward in WARDS:
        session.add(Department(establishment_id=establishment_id, kind=DepartmentKind.SERVICE, name=ward))
    session.add_all(Processor(establishment_id=establishment_id, name=name) for name in EDITORS)
    session.flush()


def plant(session: Session, establishment: Establishment, terms: Terms, count: int) -> None:
    """Put `count` full activities in the register of a furnished establishment, in bulk and untold to the journal."""
    departments = {
        one.name: one
        for one in session.scalars(select(Department).where(Department.establishment_id == establishment.id))
    }
    processors = {one.name: one for one in session.scalars(Processor.named(establishment.id))}
    new, coming = identities(), Maker(terms).records(count)
    while records := [(next(new), record) for record in islice(coming, CHUNK)]:
        for table, rows in rows_of(records, establishment, departments, processors, "Banc d’essai", AT):
            session.execute(insert(table), list(rows))


def flat_table(terms: Terms, count: int, path: str) -> None:
    """Write the flat table of `count` activities as xlsx, as a person's spreadsheet would hold it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Registre")
    for row in Maker(terms).table(count):
        sheet.append(row)
    book.save(path)
