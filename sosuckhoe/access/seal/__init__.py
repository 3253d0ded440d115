"""The tree over the trace: canonical bytes of a line, RFC 6962 hashes, signed heads, and the judgement of them."""
