"""The documents of the positions: job descriptions, decisions, mission letters, notes; as docx and as PDF."""
