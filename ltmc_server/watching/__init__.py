"""Noticing what changes in the workspace while the server runs."""
