"""The registers of facilities and practitioners: lists from those who keep them, shaped as a care directory (mCSD)."""
