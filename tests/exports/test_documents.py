"""The booklet and its editable twin: whole, readable by machines and people, whatever the texts hold."""

import io
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exports import pdf, portable, register
from exports.outline import Standing
from models.register.activity import Activity
from models.register.parts import ActivityActor, Recipient
from models.register.words import ActorRole, DpiaProgress, RecipientKind, Status
from tests.exports.opened import by_libreoffice, pdf_facts, pdf_text
from tests.exports.samples import ON, TERMS, activity, establishment, made, processor, served

NASTY = (
    "Ligne\nsuivante\t\x00\x01\u202e 😀 漢字 مرحبا สวัสดี e\u0301 \ufb01n #set page(width: 1pt) $x$ *gras* "
    "<etiq> @ref \\ { HYPERLINK x } " + "x" * 500
)


@pytest.fixture(scope="module")
def records() -> list[Activity]:
    draft = activity("REG-2026-002", name="Gestion du temps", status=Status.DRAFT, transfers_exist=None)
    draft.transfers, draft.retentions, draft.validated_version = [], [], None
    return [activity(), draft, served()]


def standings(records: list[Activity]) -> dict[Any, Standing]:
    return {
        records[0].id: Standing(7, (11, 13), (), 3, ON, "ab" * 32),
        records[1].id: Standing(5, (3, 13), ("Indiquez au moins une durée de conservation.",)),
    }


def written(make: Any, records: list[Activity], **options: Any) -> bytes:
    content: bytes = make(records, establishment(), ON, TERMS, processors=[processor()], **options)
    return content


def words(text: str) -> str:
    return " ".join(text.split())


# The booklet


def test_the_booklet_has_a_title_a_language_and_tags(records: list[Activity], tmp_path: Path) -> None:
    content = written(register.booklet, records)
    facts = pdf_facts(content, tmp_path)
    assert facts["Title"] == "Registre des activités de traitement – Centre hospitalier du Val"
    assert facts["Author"] == "Centre hospitalier du Val"
    assert facts["Tagged"] == "yes"
    assert facts["Page size"].endswith("(A4)")
    assert b"/Lang(fr-FR)" in content


def test_the_booklet_tells_everything_in_order(records: list[Activity], tmp_path: Path) -> None:
    told = words(pdf_text(written(register.booklet, records, standings=standings(records)), tmp_path))
    expected = [
        "GHT des Trois Rivières",
        "Centre hospitalier du Val",
        "Registre des activités de traitement",
        "Responsable de traitement et sous-traitant – article 30 du RGPD",
        "23 novembre 2026",
        "3 (brouillon : 1, validée : 2)",
        "Sommaire",
        "Mme Claire Morel, directrice",
        "dpo@ch-val.example",
        "Liste des activités de traitement",
        "Activités de l’établissement, responsable de traitement",
        "n° 3 du 23/11/2026 (empreinte abababababababab…)",
        "Article 30 : 7 rubriques sur 7 ; recommandations de la CNIL : 11 sur 13",
        "art. 30(1)(b)",
        "Mission d’intérêt public, CSP L6112-1",
        "à vérifier",
        "Indiquez au moins une durée de conservation.",
        "Non renseigné.",
        "Activités menées comme sous-traitant",
        "art. 30(2)(b)",
        "Annexe : sous-traitants",
        "HDS-4412",
        "REG-2026-001, REG-2026-002, REG-2026-900",
        "Nuage de Santé",
    ]
    place = 0
    for text in expected:
        found = told.find(text, place)
        assert found >= 0, f"« {text} » is missing after {told[max(0, place - 80) : place]!r}"
        place = found


def test_the_cover_bears_the_digest_of_the_json(records: list[Activity], tmp_path: Path) -> None:
    told = "".join(pdf_text(written(register.booklet, records), tmp_path).split())
    assert portable.digest(portable.records(records)) in told


def test_equal_registers_make_the_same_booklet(records: list[Activity]) -> None:
    assert written(register.booklet, records) == written(register.booklet, records)


def test_a_single_record_needs_no_list(records: list[Activity], tmp_path: Path) -> None:
    told = pdf_text(written(register.booklet, records[:1]), tmp_path)
    assert "Fiche du registre des activités" in words(told)
    assert "Sommaire" not in told
    assert "Liste des activités" not in told


def test_the_register_of_a_processor_bears_its_article(tmp_path: Path) -> None:
    first, second = served(), served("REG-2026-901")
    first.dpia_criteria, first.recipients, first.department, first.owner_service = None, [], None, None
    editor = second.recipients[1].processor
    second.recipients = [*second.recipients, made(Recipient, kind=RecipientKind.PROCESSOR, processor=editor)]
    second.actors.append(made(ActivityActor, role=ActorRole.DPO, name="M. Autre Délégué"))
    second.purposes[0].label = "mot " * 100
    second.dpia_progress = DpiaProgress.NONE
    house = establishment()
    booklet = register.booklet([first, second], house, ON, TERMS)
    told = words(pdf_text(booklet, tmp_path))
    assert "Sous-traitant – article 30(2) du RGPD" in told
    assert "Registre de l’article 30(1)" not in told
    assert told.count("Analyse d’impact") == 1
    assert told.count("celui de l’établissement") == 1
    assert told.count("REG-2026-901") == 3, "in the list, on its sheet, and once beside the processor it names twice"
    assert "…" in told
    bare = served()
    bare.recipients = []
    alone = processor("Prestataire seul")
    alone.sub_processors = []
    with_directory = opened(register.document([bare], house, ON, TERMS, processors=[alone]))
    assert "Prestataire seul" in [paragraph.text for paragraph in with_directory.paragraphs]
    file = opened(register.document([bare], house, ON, TERMS))
    assert "Annexe : sous-traitants" not in [paragraph.text for paragraph in file.paragraphs]


def test_an_empty_register_is_a_booklet_too(tmp_path: Path) -> None:
    assert pdf_facts(written(register.booklet, []), tmp_path)["Tagged"] == "yes"


def test_a_public_booklet_says_so_and_tells_no_completeness(records: list[Activity], tmp_path: Path) -> None:
    told = words(pdf_text(written(register.booklet, records, public=True, standings=standings(records)), tmp_path))
    assert "Version publique" in told
    assert "rubriques sur 7" not in told
    assert "Mesures de sécurité art." not in told


@pytest.mark.parametrize("make", [register.booklet, register.document])
def test_no_text_breaks_a_document(make: Any) -> None:
    record = activity(NASTY[:40], name=NASTY, description=NASTY * 30, notes=NASTY)
    record.purposes[0].label = record.data_items[0].description = record.retentions[0].item = NASTY * 10
    record.security_measures[0].description = NASTY * 100
    house = establishment()
    house.name = NASTY[:200]
    assert len(make([record, activity()], house, ON, TERMS, processors=[processor(NASTY[:200])])) > 1000


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@example("\u200b")
@example("\u0301")
@given(st.text(max_size=300))
def test_any_text_is_displayed_in_the_booklet(text: str) -> None:
    record = activity(name=text, description=text)
    record.purposes[0].label = text
    assert written(register.booklet, [record]).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Œdème « aigu » – 20 €", "Œdème « aigu » – 20 €"),
        ("e\u0301", "é"),
        ("a\u202eb\u200bc\u00ad", "abc"),
        ("a 😀 漢", "a □ □"),
        ("une\nligne\t", "une\nligne\t"),
        ("y" * 50, "y" * 40 + "\u200b" + "y" * 10),
        ("https://" + "z" * 45, "https://" + "z" * 40 + "\u200b" + "z" * 5),
    ],
)
def test_what_no_font_draws_is_replaced(text: str, shown: str) -> None:
    assert pdf.displayable(text) == shown


def test_a_missing_font_is_an_error(tmp_path: Path) -> None:
    template = tmp_path / "page.typ"
    template.write_text('#set document(title: "Essai")\n#set text(font: "Police absente")\nBonjour')
    with pytest.raises(pdf.NotRendered, match="unknown font family"):
        pdf.render(template, {})


def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "page.typ").write_text('#set document(title: "Essai")\n#read("../secret.txt")')
    with pytest.raises(pdf.NotRendered):
        pdf.render(folder / "page.typ", {})


def test_a_document_without_title_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.typ").write_text("Bonjour")
    with pytest.raises(pdf.NotRendered, match="title"):
        pdf.render(tmp_path / "page.typ", {})


# The document that can be edited


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def test_the_document_says_what_it_is(records: list[Activity]) -> None:
    file = opened(written(register.document, records))
    about = file.core_properties
    assert about.title == "Registre des activités de traitement – Centre hospitalier du Val"
    assert (about.author, about.language, about.comments) == ("Centre hospitalier du Val", "fr-FR", "")
    assert about.created.date() == ON
    assert file.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "fr-FR"


def test_headings_go_down_one_level_at_a_time(records: list[Activity]) -> None:
    file = opened(written(register.document, records))
    levels = [int(p.style.name[-1]) for p in file.paragraphs if p.style.name.startswith("Heading")]
    assert levels[0] == 1
    assert set(levels) == {1, 2, 3}
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_lined_table_repeats_its_header(records: list[Activity]) -> None:
    file = opened(written(register.document, records))
    heads = [
        row for table in file.tables for row in table._tbl.tr_lst[:1] if row.find(f".//{qn('w:tblHeader')}") is not None
    ]
    titles = {"".join(node.text for node in row.iter(qn("w:t"))) for row in heads}
    assert "FinalitéBase légale et texteDonnées sensibles : condition" in titles
    assert "ProfilPérimètreDroitsRevue" in titles


def test_the_document_tells_what_the_booklet_tells(records: list[Activity]) -> None:
    file = opened(written(register.document, records, standings=standings(records)))
    told = words("\n".join("".join(t.text for t in node.iter(qn("w:t"))) for node in file.element.body.iter(qn("w:p"))))
    for text in (
        "n° 3 du 23/11/2026 (empreinte abababababababab…)",
        "Article 30 : 5 rubriques sur 7",
        "Indiquez au moins une durée de conservation.",
        "Usage courant (à vérifier)",
        "Non renseigné.",
        "art. 30(2)(b)",
        "Nuage de Santé",
        portable.digest(portable.records(records)),
    ):
        assert text in told, f"« {text} » is missing"


def test_texts_keep_their_lines_and_never_become_fields(records: list[Activity]) -> None:
    record = activity(description='\nUn\n\nDeux\tTrois { HYPERLINK "x" } <w:instrText>PAGE</w:instrText>')
    file = opened(written(register.document, [record]))
    cell = next(c for table in file.tables for c in table._cells if c.text.startswith("Un\n"))
    assert cell.text == 'Un\n\nDeux\tTrois { HYPERLINK "x" } <w:instrText>PAGE</w:instrText>'
    codes = {
        node.text.strip()
        for part in (file.element, file.sections[0].footer._element)
        for node in part.iter(qn("w:instrText"))
    }
    assert codes == {"PAGE", "NUMPAGES"}
    whole = opened(written(register.document, records))
    assert [node.text.strip() for node in whole.element.iter(qn("w:instrText"))] == ['TOC \\o "1-1" \\h \\z']


def test_a_controller_named_on_the_record_stands_for_the_establishment(records: list[Activity]) -> None:
    record = activity()
    record.actors = [made(ActivityActor, role=ActorRole.CONTROLLER, name="GCS Imagerie")]
    file = opened(register.document([record], establishment(), ON, TERMS))
    cells = [cell.text for table in file.tables for cell in table._cells]
    assert "GCS Imagerie" in cells
    assert cells.count("Responsable du traitement") == 1


def test_the_document_carries_no_picture_of_another(records: list[Activity]) -> None:
    with zipfile.ZipFile(io.BytesIO(written(register.document, records))) as archive:
        assert not [name for name in archive.namelist() if name.endswith((".jpeg", ".png"))]


def test_libreoffice_opens_the_document(records: list[Activity], tmp_path: Path) -> None:
    made_by_libreoffice = by_libreoffice(written(register.document, records), "docx", tmp_path).read_bytes()
    facts = pdf_facts(made_by_libreoffice, tmp_path)
    assert facts["Title"] == "Registre des activités de traitement – Centre hospitalier du Val"
    assert "Dossier patient informatisé" in pdf_text(made_by_libreoffice, tmp_path)
