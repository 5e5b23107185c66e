"""What a pull request is told: its report, carried safely from a fork's run to one comment."""
