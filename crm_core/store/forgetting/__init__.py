"""Records that go, for a while or for good, and data that was lost or has to be had anew."""
