"""Histories → events: at which commit did the speed change, by how much, how surely, and why."""
