"""Stores that live in dictionaries: for tests, and a server with nothing to keep.

They keep the same contract as the real ones (`tests/stores/`), so a test that uses them is a
test of the tool and of nothing else.
"""
