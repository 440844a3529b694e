"""Who could help whom: hard rules, soft scores and the candidate graph."""
