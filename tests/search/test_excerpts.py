"""What is shown of a text that holds the words sought, and what a search box may hold."""

from flask import Flask

from governance.search.excerpts import excerpt, marked
from governance.search.question import LONGEST, MANY, question

LONG = (
    "Admissions et mouvements.\n" * 20 + "Le dossier médical suit le patient. " + "Facturation et recouvrement. " * 20
)


def test_words_are_marked_as_they_are_written_whatever_their_accents() -> None:
    for text, words, shown in (
        ("Dossier MÉDICAL", ("medic",), ["MÉDIC"]),
        ("Œdèmes et œil", ("oed", "oeil"), ["Œd", "œil"]),
        ("de\u0301cision", ("deci",), ["de\u0301ci"]),
        ("T-2026-001 (paie)", ("t-2026-001", "(paie)"), ["T-2026-001", "(paie)"]),
        ("Rien de cela", ("paie",), []),
        ("Straße", ("strasse",), ["Straße"]),
    ):
        parts = marked(text, words)
        assert "".join(part for part, _ in parts) == text
        assert [part for part, sought in parts if sought] == shown, text


def test_an_excerpt_is_short_around_the_first_word_found() -> None:
    parts = excerpt(["Sans rapport", LONG], ("medical", "patient"))
    text = "".join(part for part, _ in parts)
    assert [part for part, sought in parts if sought] == ["médical", "patient"]
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert "Le dossier médical suit le patient." in text
    assert len(text) < 200
    assert excerpt(["Début", "Suite"], ("ailleurs",)) == [("Début", False)]
    assert excerpt([], ("rien",)) == []


def test_a_question_that_cannot_be_searched_says_why(app: Flask) -> None:
    with app.test_request_context("/"):
        assert question("  Œdème  aigu œdème ").words == ("oedeme", "aigu")
        assert not question("").is_asked
        assert question("").trouble is None
        for typed, told in (
            ("a", "au moins 2 lettres"),
            ("\0 ' %", "au moins 2 lettres"),
            ("x" * 1000, "compte 1000 caractères"),
            (" ".join(f"m{n}" for n in range(MANY + 1)), f"{MANY} au plus"),
        ):
            asked = question(typed)
            assert told in (asked.trouble or ""), typed
            assert not asked.is_asked
        assert len(question("x" * 1000).typed) == LONGEST
