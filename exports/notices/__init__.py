"""What leaves the room of the notices: posters, notes, booklet pages, web pages."""
