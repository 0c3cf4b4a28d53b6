"""What a notebook shows: the outputs of its cells, never their source."""
