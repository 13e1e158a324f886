"""One move of each player, and the orders in which they move."""
