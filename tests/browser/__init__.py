"""Journeys of people through a live house in a real Chromium, each page inspected as it is shown."""
