"""The subcommands of `ltmc`: each module adds its parser and runs what it parsed."""
