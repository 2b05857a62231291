"""How the desktop looks: tokens, the stylesheet built from them, fonts, icons. No widgets here."""
