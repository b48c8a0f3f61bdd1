"""Positions: job descriptions, nominations with their letters and designations, ways to fill a post."""
