"""What a file is: its content decides, and its name must agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.media import ENDINGS, Unfit, clean_name, identify_bytes
from tests.evidence.samples import FIT, UNFIT, office


@pytest.mark.parametrize("name", FIT)
def test_what_hospitals_keep_as_evidence_is_accepted(name: str) -> None:
    assert name.rpartition(".")[2].lower() in identify_bytes(FIT[name], name).endings


@pytest.mark.parametrize("name", UNFIT)
def test_what_could_run_explode_or_lie_is_refused_with_its_reason(name: str) -> None:
    content, reason = UNFIT[name]
    with pytest.raises(Unfit, match=reason):
        identify_bytes(content, name)


def test_a_document_whose_bytes_were_altered_is_refused() -> None:
    content = bytearray(office("word/document.xml", **{"word/styles.xml": b"abcdefgh" * 50}))
    content[content.index(b"word/styles.xml") + 20] ^= 0xFF
    with pytest.raises(Unfit, match="abîmé"):
        identify_bytes(bytes(content), "note.docx")


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("contrat.pdf", "contrat.pdf"),
        (r"C:\Users\dpo\contrat signé.pdf", "contrat signé.pdf"),
        ("../../etc/passwd", "passwd"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        (None, ""),
    ],
)
def test_a_name_is_only_a_name(typed: str | None, clean: str) -> None:
    assert clean_name(typed) == clean


@given(st.binary(max_size=300), st.sampled_from(ENDINGS))
def test_any_bytes_are_accepted_or_refused_with_a_sentence(content: bytes, ending: str) -> None:
    try:
        found = identify_bytes(content, f"x.{ending}").endings
    except Unfit as unfit:
        found, refused = (), str(unfit)
    assert ending in found or refused.endswith(".")


@given(st.text())
def test_a_clean_name_can_always_be_kept(typed: str) -> None:
    clean = clean_name(typed)
    assert len(clean) <= 200
    assert not set(clean) & set("/\\\r\n\0")
