"""What a database starts with: the reviewed catalogue, and the demonstration hospital group."""
