"""Pages of the national team, and what regional readers, auditors and board members may see of them."""
