"""Reviewing photos that are there more than once."""
