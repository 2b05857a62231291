"""Chinese names, phones and companies: normalising and comparing; pure."""
