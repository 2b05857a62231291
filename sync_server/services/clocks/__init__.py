"""The schedule of clocks, kept in the transaction of every push."""
