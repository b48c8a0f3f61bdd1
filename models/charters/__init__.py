"""Charters: the text while it is written, its immutable versions, consultations, and checks that it is applied."""
