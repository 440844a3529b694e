"""What all pages share: fields, forms, listings, menus, formats and wording."""
