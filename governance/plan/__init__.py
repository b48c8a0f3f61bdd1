"""The plan: every action of the house in one list, and one’s own first."""
