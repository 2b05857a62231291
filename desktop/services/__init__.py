"""What the desktop does, without Qt: verbs, questions, sync, voice, secrets."""
