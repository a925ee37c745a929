"""What the emulated AWS tells: a company, its people and machines, and what went wrong there."""
