"""Reading rows: by id, by condition, counted, summed, by page. Nothing here writes."""
