"""Real libraries, watched for real; in an environment of their own (``make test-real``)."""
