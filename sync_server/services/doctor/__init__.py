"""What is wrong with a deployment, as findings: looks, changes nothing, prints nothing."""
