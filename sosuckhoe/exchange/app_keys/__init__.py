"""The public keys of apps, at the addresses that they are registered with."""
