"""What this server says of its authorization. https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html"""

from __future__ import annotations

from typing import Any

from sosuckhoe.access.smart import scopes

CAPABILITIES = (
    "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-asymmetric",
    "context-ehr-patient", "context-ehr-encounter", "context-standalone-patient",
    "permission-offline", "permission-online", "permission-patient", "permission-user", "permission-v1",
    "permission-v2", "sso-openid-connect",
)  # fmt: skip
SIGNED_BY = "ES256"
ASSERTION_ALGORITHMS = ("RS384", "ES384")
PLACES = {
    "authorization_endpoint": "/ung-dung/cho-phep",
    "token_endpoint": "/ung-dung/ma",
    "introspection_endpoint": "/ung-dung/xem-ma",
    "revocation_endpoint": "/ung-dung/bo-ma",
    "jwks_uri": "/ung-dung/khoa.json",
    "management_endpoint": "/so/",
}


def endpoints(origin: str) -> dict[str, str]:
    """The addresses of the authorization server at this origin."""
    return {name: origin + place for name, place in PLACES.items()}


def described(origin: str) -> dict[str, Any]:
    """`.well-known/smart-configuration`. The issuer is the origin; the FHIR interface stands at `/fhir` below it."""
    return {
        "issuer": origin,
        **endpoints(origin),
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": ["private_key_jwt"],
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "scopes_supported": [
            *scopes.PLAIN, "patient/*.rs", "patient/*.cruds", "user/*.rs", "user/*.cruds", "system/*.rs",
            "system/*.cruds",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [SIGNED_BY],
        "authorization_response_iss_parameter_supported": True,
        "capabilities": list(CAPABILITIES),
    }  # fmt: skip
