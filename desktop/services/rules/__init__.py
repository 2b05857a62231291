"""What rules mean for a person at work, and how they are written, tried and explained."""
