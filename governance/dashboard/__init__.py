"""The first page: what awaits the visitor, each figure linked to the list that shows the same number."""
