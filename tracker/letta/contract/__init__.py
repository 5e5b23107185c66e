"""What a Letta server answers to the calls the bridge makes, recorded from a real one."""
