"""Packs of evidence: what they hold, how they are made, kept, and handed over."""
