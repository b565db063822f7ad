"""What a developer runs: set-up, checks, pictures."""
