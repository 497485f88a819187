"""Studying: drivers and links over the record, worked out apart from the pages that show them."""
