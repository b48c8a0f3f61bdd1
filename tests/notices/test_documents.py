"""The texts and documents of a notice, without a house around them."""

import datetime as dt
import io
import itertools
import zipfile
from typing import Any

import pytest
from sqlalchemy.orm import Session

from exports.notices import making, sheets
from models.base import now
from models.notices import composing
from models.notices.composing import compose
from models.notices.content import Content, content_of, formal, length, shifts, told
from models.notices.missing import missing
from models.notices.page import fragment
from models.notices.telling import Pen, Said, Source
from models.notices.words import Audience, Support
from models.register.parts import Purpose, Recipient, Transfer
from models.register.words import RecipientKind
from seed.notices import lexicon
from tests.cast import Stage
from tests.notices import made

AT = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def content(session: Session, stage: Stage, audience: Audience = Audience.ADULT, **parts: Any) -> Content:
    """The text of a notice of the medical record and of a research."""
    place = stage.establishments["CHA"]
    reference = "" if audience is Audience.ADULT else f"-{audience}"
    record = made.activity(session, place, reference=f"T-2026-101{reference}")
    for name, rows in parts.items():
        setattr(record, name, rows)
    research = made.activity(session, place, "TP20", f"T-2026-120{reference}")
    notice = made.notice(session, [record, research], f"cha-{audience}", audience=audience)
    order = made.order(notice, notice.establishment)
    return content_of(order, compose(order))


def words(text: Content) -> str:
    return " ".join(one["text"] for layer in ("poster", "note") for block in text[layer] for one in block["statements"])


def test_every_statement_about_the_hospital_is_traced(db: Session, stage: Stage) -> None:
    text = content(db, stage)
    by_register = {"note_purposes", "note_data", "note_recipients", "note_retention", "note_transfers", "note_special"}
    for block in text["note"]:
        for one in block["statements"]:
            assert one["from"] or block["code"] not in by_register, (block["code"], one["text"])
    sources = {(one["reference"], one["part"]) for one in text["sources"] if one["kind"] == "activity"}
    assert ("T-2026-101", "retentions") in sources
    assert ("T-2026-120", "purposes") in sources
    said = words(text)
    assert "art9" not in said
    assert "public_task" not in said
    assert "{" not in said
    assert length(text) <= 230


SHARED = ("TP01", "TP03", "TP07", "TP08", "TP13")


def test_what_activities_share_is_said_once_and_the_notice_keeps_its_length(db: Session, stage: Stage) -> None:
    place = stage.establishments["CHA"]
    records = [made.activity(db, place, code, f"T-2026-2{code[2:]}") for code in SHARED]
    notice = made.notice(db, records)
    text = content_of(order := made.order(notice, notice.establishment), compose(order))
    once = [block for block in text["note"] if block["code"] in ("note_data", "note_recipients", "note_retention")]
    assert len(once) == 3
    for block in once:
        said = [one["text"] for one in block["statements"]]
        assert len(said) == len(set(said)), block["title"]
    (identity,) = (one for one in once[0]["statements"] if one["text"].startswith("votre identité :"))
    told_by = {text["sources"][place]["reference"] for place in identity["from"]}
    assert len(told_by) > 3, "each record that collects it is still a source"
    (kept,) = (one for one in once[2]["statements"] if "vos résultats de laboratoire" in one["text"])
    assert "votre identité vérifiée" in kept["text"], "what is kept as long is told together"
    assert length(text) <= 230
    assert sheets.pages(text) <= 4
    easy = made.notice(db, records, "facile", audience=Audience.EASY)
    order = made.order(easy, easy.establishment)
    simple = content_of(order, compose(order))
    assert sheets.pages(simple) <= 4
    (durations,) = (block for block in simple["note"] if block["code"] == "note_retention")
    grouped = next(one for one in durations["statements"] if "vos résultats de laboratoire" in one["text"])
    assert grouped["text"].startswith("20 ans après votre dernière visite :\n– ")
    assert len({simple["sources"][place]["reference"] for place in grouped["from"]}) > 1
    (rights,) = (block for block in text["note"] if block["code"] == "note_rights")
    assert not any("CNIL" in one["text"] for one in rights["statements"]), "the complaint has a block of its own"
    (complaint,) = (block for block in text["note"] if block["code"] == "note_complaint")
    assert "saisir un tribunal" in complaint["statements"][-2]["text"]


def test_a_note_too_long_to_be_read_leaves_to_its_page_what_it_names(
    db: Session, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = stage.establishments["CHA"]
    own = made.activity(db, place, "TP14", "T-2026-300")
    own.typical_code, own.purposes[0].label = None, "Prêter des tablettes aux patients."
    records = [made.activity(db, place, code, f"T-2026-3{code[2:]}") for code in SHARED]
    notice = made.notice(db, [*records, own])
    order = made.order(notice, notice.establishment)
    monkeypatch.setitem(composing.NOTE_WORDS, Audience.ADULT, 1000)
    text = content_of(order, compose(order))
    for block in (one for one in text["note"] if one["code"] == "note_purposes" and one["family"]):
        for one, following in itertools.pairwise(block["statements"]):
            assert one["bullet"] or not following["bullet"] or one["text"].endswith(":"), one["text"]
    page = fragment(text).decode()
    paper = " ".join(one["text"] for block in told(text, "note", web=False) for one in block["statements"])
    assert "Ces appels sont enregistrés" in page
    assert "Ces appels sont enregistrés" not in paper
    assert "les photographies et les films ; les appels au 15" in paper
    assert "Être informé" in page
    assert "Être informé" not in paper
    assert all(one["from"] for block in text["note"] if block["family"] == "En ligne" for one in block["statements"])
    assert "prêter des tablettes aux patients" in words(text), "a purpose of no known family is told on the poster"
    easy = made.notice(db, records, "facile", audience=Audience.EASY)
    order = made.order(easy, easy.establishment)
    monkeypatch.setitem(composing.NOTE_WORDS, Audience.EASY, 700)
    simple = content_of(order, compose(order))
    whole, kept = (block for block in simple["note"] if block["code"] == "note_retention")
    assert (whole["on"], kept["on"]) == ("web", "print")
    (rest,) = (one for one in kept["statements"] if "la durée est sur internet" in one["text"])
    left = {one["text"] for one in whole["statements"]} - {one["text"] for one in kept["statements"]}
    missed = {place for one in whole["statements"] if one["text"] in left for place in one["from"]}
    assert missed
    assert set(rest["from"]) == missed, "what is told on the page is traced from the note too"


def test_the_words_follow_the_audience(db: Session, stage: Stage) -> None:
    texts = {audience: content(db, stage, audience) for audience in Audience}
    adult, easy, minor = (words(texts[audience]) for audience in (Audience.ADULT, Audience.EASY, Audience.MINOR))
    assert "VOUS POUVEZ VOUS OPPOSER à certaines utilisations, par exemple à la recherche." in adult
    assert "VOUS POUVEZ DIRE NON." in easy
    assert "TU PEUX DIRE NON" in minor
    assert "Tes informations" in minor
    assert "sans raison à donner" in adult.lower()
    young = texts[Audience.MINOR]
    assert formal(young) == []
    young["poster"][0]["statements"][0]["text"] = "Nous préparons tes rendez-vous."
    assert formal(young) == []
    young["poster"][0]["statements"][0]["text"] = "Vous pouvez demander."
    assert formal(young) == ["Vous pouvez demander."]
    assert {"Tes droits", "Ton dossier médical"} <= {block["title"] for block in young["note"]}


def test_rights_follow_the_lawful_basis(db: Session, stage: Stage) -> None:
    place = stage.establishments["CHA"]
    record = made.activity(db, place, "TP02")
    notice = made.notice(db, [record])

    def rights(basis: str) -> str:
        record.purposes = [Purpose(label="Gérer les dossiers", lawful_basis=basis, legitimate_interest="Bien gérer")]
        order = made.order(notice, notice.establishment)
        text = content_of(order, compose(order))
        return " ".join(
            one["text"] for block in text["note"] if block["code"] == "note_rights" for one in block["statements"]
        )

    assert "Récupérer vos données" in rights("consent")
    assert "Retirer votre accord" in rights("consent")
    assert "Récupérer vos données" not in rights("public_task")
    assert "Retirer votre accord" not in rights("public_task")
    assert "Faire effacer" not in rights("legal_obligation")
    assert "Faire effacer" in rights("legitimate_interests")


def test_what_lacks_is_told_record_by_record(db: Session, stage: Stage) -> None:
    place = stage.establishments["CHA"]
    record = made.activity(db, place, automated_decision=None, transfers_exist=None)
    record.recipients, record.retentions = [], []
    record.purposes[0].lawful_basis = None
    words = lexicon(Audience.ADULT, {})
    lacks = missing([record], words, {"telephone_dpo", "service_acces_dossier"})
    assert [(one.activity_id, one.of) for one in lacks[-2:]] == [(None, "notice"), (None, "dpo")]
    assert {one.section for one in lacks[:-2]} == {"purposes", "recipients", "rights", "retentions"}
    found = [one.sentence for one in lacks]
    for lacked in ("base légale", "destinataire", "durée", "transferts", "décision automatisée", "téléphone du DPO"):
        assert any(lacked in sentence for sentence in found), lacked
    assert any("Service chargé des demandes" in sentence for sentence in found)
    record.transfers = [Transfer(recipient="Éditeur", country="US", mechanism=None)]
    assert any("quelle garantie" in one.sentence for one in missing([record], words, ()))


def test_a_difference_is_told_in_words(db: Session, stage: Stage) -> None:
    place = stage.establishments["CHA"]
    record = made.activity(db, place)
    notice = made.notice(db, [record])
    before = content_of(order := made.order(notice, notice.establishment), compose(order))
    assert shifts(before, before) == []
    record.recipients.append(Recipient(kind=RecipientKind.EXTERNAL, category="insurer", position=9))
    after = content_of(order := made.order(notice, notice.establishment), compose(order))
    (shift,) = [one for one in shifts(before, after) if "assureur" in one.pieces[0][1]]
    assert shift.pieces[0][0].value == "added"
    assert "Qui voit vos données" in shift.where


def test_each_support_comes_out_in_each_format(db: Session, stage: Stage) -> None:
    text = content(db, stage)
    for support, kind, paper in (
        (Support.POSTER, "pdf", "a3"), (Support.BOOKLET, "pdf", "a5"),
    ):  # fmt: skip
        document = making.make(text, "ab" * 32, support, kind, paper, now())
        assert document is not None
        assert document.content.startswith(b"%PDF-")
    for support in (Support.POSTER, Support.NOTE):
        document = making.make(text, "", support, "docx", "", AT)
        assert document is not None
        with zipfile.ZipFile(io.BytesIO(document.content)) as opened:
            inside = opened.read("word/document.xml").decode()
        assert "OPPOSER" in inside or "opposer" in inside
        page = making.make(text, "", support, "html", "", AT)
        assert page is not None
        assert b"<script" not in page.content
    assert making.make(text, "", Support.POSTER, "exe", "", AT) is None


def test_what_was_typed_never_becomes_markup(db: Session, stage: Stage) -> None:
    hostile = "<script>alert(1)</script>"
    text = content(db, stage, purposes=[Purpose(label=hostile, lawful_basis="public_task")])
    assert hostile in words(text)
    assert b"<script" not in fragment(text)
    assert b"&lt;script&gt;" in fragment(text)
    assert fragment(text) == fragment(text)


def test_blanks_are_filled_in_french() -> None:
    source = Source("establishment", "contact_dpo", "le délégué")
    values = {"contact_dpo": Said("le délégué", (source,)), "site": None, "rien": [], "liste": [Said("a"), Said("b")]}
    pen = Pen(values, frozenset({"site"}), {"absent": "Chose absente"})
    (written,) = pen.write("Écrivez à {contact_dpo}. Allez sur {site}. Voici {rien}.")
    assert (written.text, written.sources) == ("Écrivez au délégué.", [source])
    assert [one.text for one in pen.write("Pour : {liste}.", inline=True)] == ["Pour : a et b."]
    assert [(one.text, one.bullet) for one in pen.write("Pour : {liste}.")] == [
        ("Pour :", False),
        ("a", True),
        ("b", True),
    ]
    assert pen.write("Il manque {absent}.")[0].text == "Il manque [Chose absente]."
    assert pen.lacking == {"absent"}
    assert pen.write("Combien ?\n{rien}") == []
