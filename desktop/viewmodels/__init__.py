"""What pages show and edit, between services and widgets; no SQL, no HTTP, no painting."""
