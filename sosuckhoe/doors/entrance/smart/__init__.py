"""The authorization server of apps: Authlib speaks OAuth 2 and OpenID Connect, `access.smart` keeps and judges."""
