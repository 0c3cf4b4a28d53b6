"""The training loop as a plain generator, its requests and checkpoints. No torch at import."""
