"""Labelled sets: texts, what is asked of them, and which texts answer."""
