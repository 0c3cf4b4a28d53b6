"""The page of proofs, and what it is made of."""
