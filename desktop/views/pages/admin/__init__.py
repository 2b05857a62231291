"""The pages of an administrator: people, places, roles, devices, quarantine, policy, audit."""
