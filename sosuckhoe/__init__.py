"""Sổ Sức Khỏe: the electronic health book of Viet Nam."""

__version__ = "0.1.0"
