"""Files on their way in and out: imports, exports, prints, briefs, attachments, calendars."""
