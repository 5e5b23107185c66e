"""Two commits measured at once: a process of each, short samples in turns."""
