"""A history's figures, oldest first → its steps and creep. Pure: arrays in, changes out."""
