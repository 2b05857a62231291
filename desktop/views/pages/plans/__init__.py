"""The day and the pipeline: Today, calendar, stages of deals and leads, pools."""
