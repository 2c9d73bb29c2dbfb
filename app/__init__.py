"""Facet: finds any photo on your own computer."""

__version__ = "0.1.0"
