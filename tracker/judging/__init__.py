"""Measurements → verdicts. Pure: no files, no clock, no asv."""
