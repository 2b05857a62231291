"""The measures proved over organisations made by chance: python3 make.py bench boards."""
