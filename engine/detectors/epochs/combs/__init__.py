"""Whether something stands out every so many points: combs, what each reaches, and their teeth."""
