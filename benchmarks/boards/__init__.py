"""What boards are measured on: an organisation with three years of journeys, and its questions."""
