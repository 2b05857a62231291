"""The inside of make.py: a virtual environment and a system fit to run in, stdlib only."""
