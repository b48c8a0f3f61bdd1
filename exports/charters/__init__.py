"""Charters on their way out: the exact text of a version, the documents to hand over, the sheets to sign."""
