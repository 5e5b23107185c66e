"""A benchmark and a range → the commit that changed it: by what is counted, else by time."""
