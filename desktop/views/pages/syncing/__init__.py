"""How this computer stands with the server: what waits, was refused or conflicts."""
