"""People: the directory of who works in or for an establishment, their arrival, departure and return."""
