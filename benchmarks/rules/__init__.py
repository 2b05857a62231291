"""What rules cost: gates, replays, pushes, clocks."""
