"""Sound into words on this computer: microphones, recordings, models, recognition."""
