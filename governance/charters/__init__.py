"""The room of the charters: written, published, diffused, acknowledged, and checked."""
