"""Pages of requesters: trusts and integrated care boards that declare needs and read what became of them."""
