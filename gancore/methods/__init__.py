"""What the papers propose, each beside its equation: losses, penalties, constraints, optimisers, schedules, unrolling,
augmentation, several generators."""
