"""The Debian package: its script and the files it puts beside the program."""
