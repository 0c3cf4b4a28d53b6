"""How often detectors find, mistake and invent what."""
