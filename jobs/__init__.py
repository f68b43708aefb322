"""What runs by itself: a table of jobs, the scheduler process, and one short file for each job."""
