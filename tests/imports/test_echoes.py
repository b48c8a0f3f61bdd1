"""What the CNIL's layout repeats of a record is no change; what it says anew is."""

from typing import Any

from governance.imports.echoes import unlike

HELD: list[dict[str, Any]] = [
    {"id": "1", "kind": "internal", "name": "DRH", "reason": "Paie", "processor": None},
    {"id": "2", "kind": "processor", "name": None, "reason": None, "processor": "Éditeur X"},
]
SAID: list[dict[str, Any]] = [
    {"kind": "internal", "name": "DRH (Paie)"},
    {"kind": "processor", "name": "Éditeur X"},
]


def record(recipients: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {"fields": {"name": "Paie", "reference": "T-1", **fields}, "parts": {"recipients": recipients}}


def test_what_is_repeated_is_left_out_but_the_name_by_which_a_record_is_known():
    echo, state = record(SAID, opened_on="2024-01-01"), {"fields": {}, "parts": {"recipients": HELD}}
    assert unlike(record(SAID, opened_on="2024-01-01"), echo, state) == {
        "fields": {"name": "Paie", "reference": "T-1"}, "parts": {},
    }  # fmt: skip
    changed = unlike(record(SAID, opened_on="2025-01-01", revised_on="2025-01-02"), echo, state)
    assert changed["fields"] == {
        "name": "Paie", "reference": "T-1", "opened_on": "2025-01-01", "revised_on": "2025-01-02",
    }  # fmt: skip


def test_the_rows_that_a_changed_collection_repeats_are_those_of_the_record():
    new = {"kind": "external", "name": "Trésor public"}
    echo, state = record(SAID), {"fields": {}, "parts": {"recipients": HELD}}
    assert unlike(record([SAID[1], new]), echo, state)["parts"] == {"recipients": [{"id": "2"}, new]}


def test_a_collection_that_the_layout_cannot_tell_row_by_row_is_what_the_file_says():
    new = {"kind": "external", "name": "Trésor public"}
    echo, state = record(SAID), {"fields": {}, "parts": {"recipients": HELD[:1]}}
    assert unlike(record([*SAID, new]), echo, state)["parts"] == {"recipients": [*SAID, new]}
