"""The facts behind boards and briefs, how they are kept true, and the questions asked of them."""
