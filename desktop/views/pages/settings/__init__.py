"""What a person sets for themselves: account, passphrase, models, reminders."""
