"""Who calls, what they may do, and how they become somebody else."""
