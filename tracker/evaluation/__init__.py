"""The judge judged: on labelled series, and live on known changes of the real server."""
