"""Who may do what, as data: no web framework and no rows."""
