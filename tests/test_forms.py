"""What forms do to what was typed, whatever the room."""

import datetime as dt

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from governance.forms import DayField, Form, paragraph, text


class Typed(Form):
    name = text("Nom")
    note = paragraph("Note")
    day = DayField("Jour")


def typed(**values: str) -> Typed:
    return Typed(MultiDict(values), data={"day": dt.date(2026, 1, 31)}, meta={"csrf": False})


def test_a_date_that_is_emptied_is_none(app: Flask) -> None:
    with app.test_request_context():
        assert (typed(day=" ").validate(), typed(day=" ").day.data) == (True, None)
        assert typed(day="01/02/2026").day.data == dt.date(2026, 2, 1)


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\0", "\x1b", "\x7f", "\u0085"])
def test_an_invisible_character_is_refused(app: Flask, letter: str) -> None:
    with app.test_request_context():
        for values in ({"name": f"Zo{letter}é"}, {"note": f"Zo{letter}é"}):
            form = typed(**values)
            assert not form.validate()
            assert "caractère invisible" in str(form.errors)


def test_a_line_holds_no_line_break_and_a_paragraph_does(app: Flask) -> None:
    with app.test_request_context():
        assert not typed(name="Zoé\nBcc: tous").validate()
        assert typed(note="Zoé\n\tLe Goff").validate()


def test_what_a_copied_text_drags_along_is_left_out(app: Flask) -> None:
    with app.test_request_context():
        form = typed(name="\ufeffMarie-\u00adÈve\u200b Œdipe\u200f", note="👩\u200d⚕️")
        assert form.validate()
        assert (form.name.data, form.note.data) == ("Marie-Ève Œdipe", "👩\u200d⚕️")
