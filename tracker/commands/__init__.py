"""The subcommands of `python -m tracker`, a file each; what one needs it imports when it runs."""
