"""The rules the product comes with."""
