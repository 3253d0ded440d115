"""VNeID, the state's electronic identity (Nghị định 69/2024/NĐ-CP), as an OpenID Connect provider, and a stub of it."""
