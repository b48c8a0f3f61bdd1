"""The risk analyses: framing, rating, treating, validating; the pictures and the report; the shared measures."""
