"""The operation log: what happened, in which act, by whom, and what it came into conflict with."""
