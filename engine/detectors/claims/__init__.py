"""What is declared of a claim: its kind, which events it explains, and how often claims of its strength hold."""
