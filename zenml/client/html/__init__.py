"""What HTML pages are made of: parts, style and plots; a page needs nothing else."""
