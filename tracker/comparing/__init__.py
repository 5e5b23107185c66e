"""Two commits compared for a pull request: what is measured, what is said of it, and how."""
