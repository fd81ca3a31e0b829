"""What the groups of commands share, a module for each subject."""
