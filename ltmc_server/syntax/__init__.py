"""Code, read by its structure: what a source defines, imports and says, in nine languages."""
