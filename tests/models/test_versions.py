"""States, their differences in one form, and the way back through them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.versions import canonical, differences, rewound

texts = st.one_of(st.none(), st.text(max_size=5), st.booleans(), st.integers(0, 9))
fields = st.fixed_dictionaries({"name": texts, "kind": texts})
rows = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("abcd"), "label": texts}), unique_by=lambda row: row["id"], max_size=4
)
states = st.fixed_dictionaries(
    {"fields": fields, "parts": st.fixed_dictionaries({"purposes": rows, "recipients": rows})}
)


def told(state: dict[str, Any]) -> dict[str, Any]:
    """A state without what says nothing: empty values, empty collections, the order of rows."""
    parts = {name: [_filled(row) for row in sorted(found, key=_id)] for name, found in state["parts"].items() if found}
    return {"fields": {key: value for key, value in state["fields"].items() if value is not None}, "parts": parts}


def _id(row: dict[str, Any]) -> str:
    return str(row["id"])


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


@given(states, states)
def test_undoing_the_differences_gives_the_earlier_state_back(before: dict[str, Any], after: dict[str, Any]) -> None:
    back = rewound(after, differences(before, after))
    assert back is not None
    assert told(back) == told(before)


@given(states)
def test_a_state_does_not_differ_from_itself(state: dict[str, Any]) -> None:
    assert differences(state, state) == []


def test_before_its_creation_a_record_was_not() -> None:
    state = {"fields": {"name": "Paie"}, "parts": {}}
    made = [{"part": None, "id": "1", "title": "Paie", "created": {"name": "Paie"}}]
    assert rewound(state, made) is None


def test_equal_contents_have_one_text() -> None:
    assert canonical({"b": 1, "a": ["é"]}) == canonical({"a": ["é"], "b": 1}) == '{"a":["é"],"b":1}'.encode()
