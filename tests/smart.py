"""Apps for tests: registered, approved, let in without a page. The page has tests of its own."""

from __future__ import annotations

from sosuckhoe.access import sign_in
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.smart import apps, authorizations, bounds, tokens
from sosuckhoe.access.smart.authorizations import Answer
from sosuckhoe.base import clock

MOST = (
    "openid fhirUser launch launch/patient launch/encounter offline_access online_access patient/*.cruds user/*.cruds"
)
BACK = "http://127.0.0.1:1/back"
SENTENCE = "Tôi cho ứng dụng xem sổ."


def an_app(kind=apps.PUBLIC, **facts):
    """An approved app."""
    told = {"name": "Nhắc thuốc", "maker": "Công ty A", "scope": MOST, "redirects": (BACK,), **facts}
    made = apps.register(PROGRAM, apps.Wish(kind=kind, **told), clock.now())
    apps.decide(PROGRAM, made.id, apps.APPROVED, clock.now())
    return apps.find(made.id)


def let_in(account, scope, person=None, *, sensitive=False, app=None):
    """An access token of an app that this account has let in."""
    actor, at = sign_in.actor_of_account(account.pk), clock.now()
    answer = Answer(tuple(scope.split()), person, sensitive, SENTENCE, {}, None)
    family = authorizations.begin(actor, app or an_app(), answer, at)
    return tokens.issue(family, tokens.ACCESS, scope, at, at + bounds.lifetime("access"))


def service_token(account, scope):
    """An access token of a service that has this account's rights."""
    keys = '{"keys":[{"kty":"EC","kid":"1","crv":"P-384","x":"a","y":"b"}]}'
    app = an_app(apps.SERVICE, scope="system/*.cruds", redirects=(), jwks=keys, account=account.pk)
    at = clock.now()
    family = authorizations.begin_service(app, sign_in.actor_of_account(account.pk), scope, at)
    return tokens.issue(family, tokens.ACCESS, scope, at, at + bounds.lifetime("service"))
