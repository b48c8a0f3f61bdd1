"""The documents of the positions: a description, a letter, a notice; the same words as docx and as PDF."""

import datetime as dt
import io

import docx
import pytest

from exports.positions import description, letters, notice
from models.base import now
from models.establishments import Establishment, Group
from models.people import Person
from models.positions.description import JobDescription
from models.positions.filling import Filling
from models.positions.nomination import Nomination
from models.positions.words import Employment, JobKind
from models.versions import Version
from seed.positions import description_from, model

DAY = dt.date(2026, 3, 2)
HOME = Establishment(
    name="CH de l’Anse", code="CHA", address="1 rue du Port", postcode="29000", city="Anse", finess="290000017",
    legal_representative="Anne Ker, directrice", group=Group(name="GHT du Ponant"),
)  # fmt: skip


def words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells]).replace("\u00a0", " ")


def described(code: str = "dpo") -> JobDescription:
    made = description_from(code)
    made.establishment, made.reports_to, made.deputy, made.budget = HOME, "Direction générale", "Un adjoint", 12000
    made.relays = "un par pôle"
    made.touch("Rose Henry", now())
    return made


def nominated(kind: JobKind = JobKind.DPO, **more: object) -> Nomination:
    facts = {
        "title": "Déléguée à la protection des données", "starts_on": DAY, "employment": Employment.INTERNAL,
        "reports_to": "Direction générale", "quotity": 80, "budget": 12000, "training_days": 6, "relays": "un par pôle",
        "bodies": "directoire", "decision_reference": "2026-12", "signatory": "Anne Ker",
        "signatory_quality": "directrice", "contact_email": "dpo@cha.example", "contact_phone": "02",
        "description_version": 1, "deputy": Person(given_name="Un", family_name="Adjoint"),
    }  # fmt: skip
    person = Person(given_name="Diane", family_name="Petit")
    return Nomination(establishment=HOME, kind=kind, person=person, **(facts | more))


def test_a_validated_description_is_ready_to_sign() -> None:
    state = described().state()
    version = Version(number=2, content=state, published_at=now(), published_by="Rose Henry")
    made = description.paper(state, HOME, description.Standing(version))
    text = words(made.docx(DAY))
    for wanted in ("Fiche de poste", "Informer et conseiller", "art. 39(1) a)", "12 000 euros", "Direction générale",
                   "Expertise", "Pour l’établissement", "Anne Ker, directrice", "RGPD, art. 38(3)"):  # fmt: skip
        assert wanted in text, wanted
    assert "{" not in text
    assert "à compléter" not in text
    assert made.mention.startswith("Version 2, validée le")
    assert made.pdf(DAY).startswith(b"%PDF")
    bare = described()
    bare.budget_note, bare.independence_clause, bare.direct_access = None, None, False
    text = words(description.paper(bare.state(), HOME, description.Standing()).docx(DAY))
    for wanted in ("12 000 euros", "jours par an", "Accès direct au plus haut niveau de la direction : non."):
        assert wanted in text, wanted
    draft = description.paper(state, HOME, description.Standing())
    assert draft.watermark == "Projet, non validé"


@pytest.mark.parametrize("code", ["rssi", "rssi_ght", "dpo_mutualise", "referent_ssi_local"])
def test_every_model_prints_without_a_blank(code: str) -> None:
    made = description.paper(described(code).state(), HOME, description.Standing())
    text = words(made.docx(DAY))
    assert "{" not in text
    assert "à compléter" not in text
    assert "GHT GHT" not in text


def test_the_letters_of_a_dpo_name_what_the_nomination_says() -> None:
    one = nominated()
    offered = dict(letters.offered(model()["documents"], one))
    assert list(offered) == ["nomination_decision", "mission_letter_dpo", "cnil_designation_information", "staff_note"]
    for code in offered:
        made = letters.paper(model()["documents"][code], one, [HOME], DAY)
        text = words(made.docx(DAY))
        assert "{" not in text, code
        assert "à compléter" not in text, code
        assert "CH de l’Anse" in text
        assert bool(made.mention) == (code == "cnil_designation_information")
    letter = words(letters.paper(model()["documents"]["mission_letter_dpo"], one, [HOME], DAY).docx(DAY))
    for wanted in ("À l’attention de Diane Petit", "80 % de votre temps", "12 000 euros", "dpo@cha.example et 02",
                   "sans terme fixé", "2 mars 2026", "Un Adjoint", "aucune instruction"):  # fmt: skip
        assert wanted in letter, wanted


def test_what_nobody_said_is_marked_to_complete() -> None:
    one = nominated(reports_to=None, deputy=None)
    decision = letters.paper(model()["documents"]["nomination_decision"], one, [HOME], DAY)
    text = words(decision.docx(DAY))
    assert "[à compléter]" in text
    assert "Suppléance" not in text
    assert "à relire avant signature" in decision.mention


def test_no_signature_stands_alone_on_its_page() -> None:
    letter = letters.paper(model()["documents"]["mission_letter_dpo"], nominated(), [HOME], DAY)
    last, air, *_after = docx.Document(io.BytesIO(letter.docx(DAY))).paragraphs[-3:]
    assert "mission" in last.text
    assert last.paragraph_format.keep_with_next
    assert air.paragraph_format.keep_with_next


def test_a_letter_never_says_independent_whom_the_nomination_says_dependent() -> None:
    free, bound = (
        nominated(JobKind.RSSI, independent_from_it=free, independence_reason="Accès direct à la direction")
        for free in (True, False)
    )
    told = model()["documents"]["mission_letter_rssi"]
    assert "ne relevez pas de l’autorité" in words(letters.paper(told, free, [HOME], DAY).docx(DAY))
    text = words(letters.paper(told, bound, [HOME], DAY).docx(DAY))
    assert "ne relevez pas de l’autorité" not in text
    assert "Accès direct à la direction" in text


def test_an_external_or_shared_post_has_its_own_papers() -> None:
    external = dict(letters.offered(model()["documents"], nominated(employment=Employment.EXTERNAL)))
    assert "external_dpo_contract_clauses" in external
    shared = nominated(employment=Employment.SHARED, ends_on=dt.date(2027, 3, 1), ended_reason="Départ")
    found = dict(letters.offered(model()["documents"], shared))
    assert {"sharing_agreement_clauses", "end_of_mission"} <= set(found)
    shared.decided_on = DAY
    ending = words(letters.paper(model()["documents"]["end_of_mission"], shared, [HOME], DAY, "Nora Suite").docx(DAY))
    assert "assuré par Nora Suite" in ending
    assert "2 mars 2026" not in ending
    east = Establishment(name="CH de l’Est", code="CHE", group=HOME.group)
    clauses = letters.paper(model()["documents"]["sharing_agreement_clauses"], shared, [HOME, east], DAY)
    assert "CH de l’Anse, CH de l’Est" in words(clauses.docx(DAY))
    assert clauses.pdf(DAY).startswith(b"%PDF")
    assert letters.offered(model()["documents"], nominated(JobKind.OTHER)) == []


def test_the_notice_leaves_out_what_is_not_known() -> None:
    search = Filling(
        establishment=HOME, title="DPO", kind=JobKind.DPO, description=described(), apply_to="rh@cha.example",
        apply_before=dt.date(2026, 4, 1),
    )  # fmt: skip
    text = words(notice.notice(model()["documents"]["vacancy_notice"], search, DAY).docx(DAY))
    assert "rh@cha.example avant le 1er avril 2026" in text
    assert "Prise de fonction" not in text
    assert "Rattachement : Direction générale." in text


def test_hostile_words_stay_words() -> None:
    made = described()
    made.title = "=cmd|' /C calc'!A1 #import \"x\" <script>\u0000\u202e"
    made.lines[0].text = "Texte {etablissement} {inconnu} " + "x" * 3000
    paper = description.paper(made.state(), HOME, description.Standing())
    assert paper.pdf(DAY).startswith(b"%PDF")
    assert "<script>" in words(paper.docx(DAY))
