"""Pages of an organisation about its own people: members with accounts, and staff who offer support."""
