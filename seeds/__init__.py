"""Reference facts, their loaders, and the invented demonstration network."""
