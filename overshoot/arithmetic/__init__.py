"""What readings compute, of demos and of a person's own training alike; numpy and torch are needed here."""
