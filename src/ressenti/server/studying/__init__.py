"""Studying: drivers, links and candidates over the record, worked out apart from their pages."""
