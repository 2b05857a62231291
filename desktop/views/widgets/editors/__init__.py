"""Field editors: one per kind of value, all answering to the same `FieldEditor` contract."""
