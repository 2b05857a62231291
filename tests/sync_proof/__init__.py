"""The proof of the sync engine: real parts under every kind of trouble, judged by what must hold.

One file a noun: the organisation and its server (`world`), the line between (`network`), the
laptops (`devices`), what was written and what the server said to it (`ledger`), what must hold at
the end (`invariants`), the merge told a second time (`reference`), and the machine that throws
everything together (`machine`).
"""
