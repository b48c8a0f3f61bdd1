"""The search over all rooms: what the visitor reads, and nothing of what she does not."""
