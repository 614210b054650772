"""Files of opening balances and supplies: their columns, reading them, and the template to fill."""
