"""Answers that were dear to make, kept for the next one who asks the same."""
