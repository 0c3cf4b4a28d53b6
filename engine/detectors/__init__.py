"""What reads the table and says events, one file each; found by discovery."""
