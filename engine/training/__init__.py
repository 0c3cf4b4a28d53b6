"""The training loop as a plain generator, its settings, requests and checkpoints. No torch at import."""
