"""Operations, their merge and their history; pure, the same on the laptop and on the server."""
