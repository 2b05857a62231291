"""Rules as data and the pure engine that runs them: the same verdict on laptop and server."""
