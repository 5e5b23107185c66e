"""What runs inside the environment of a side: only the standard library and asv_runner are there.

It is started by its folder, not from an installed `tracker`, and imports none of it.
"""
