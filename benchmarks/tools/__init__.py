"""Every action of every tool, on a stated size of store: `tools.memory.At1k.time_store`."""
