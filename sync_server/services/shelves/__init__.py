"""What lies in the data folder beside the database: bytes, snapshots, sums, the journal."""
