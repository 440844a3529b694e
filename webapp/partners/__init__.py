"""Pages of support partners: experts, and managers of support organisations."""
