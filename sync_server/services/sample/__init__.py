"""A believable organisation for the first ten minutes; `organisation` is the way in.

Pure story-telling over `resources/sample`: nothing here writes to a database.
"""
