"""Which settings are in force, where each comes from, and how they are shown."""
