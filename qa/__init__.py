"""Wellsourced: answers questions by quoting published articles word for word."""
