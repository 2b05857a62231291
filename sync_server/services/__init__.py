"""What the server does: exchange, accounts, devices, backup, the sample organisation."""
