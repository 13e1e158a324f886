"""Methods of the papers, each beside its equation: losses, penalties, constraints, optimisers, schedules, unrolling,
augmentation, several generators."""
