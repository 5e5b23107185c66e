"""The arms of the comparison: each takes the same steps in its own way."""
