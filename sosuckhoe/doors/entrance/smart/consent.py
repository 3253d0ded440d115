"""The page on which somebody lets an app in, or does not.

https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-authorization-code
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError
from authlib.oidc.core.errors import ConsentRequiredError
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import sessions, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart import authorizations
from sosuckhoe.base import clock
from sosuckhoe.doors.entrance.smart import offering
from sosuckhoe.doors.entrance.smart.offering import Offer
from sosuckhoe.doors.entrance.smart.server import Consent, Sent, Server
from sosuckhoe.doors.look import content_security
from sosuckhoe.doors.look.signed_in import actor_of, to_sign_in

_SHORTEST_STATE = 8


class ConsentForm(forms.Form):
    """Whose book, what of it, and whether what is sensitive goes along."""

    whose = forms.ChoiceField(label=_("Sổ của ai"), widget=forms.RadioSelect)
    deeds = forms.MultipleChoiceField(
        label=_("Ứng dụng sẽ được"),
        help_text=_("Bỏ dấu ở điều bạn không muốn."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy để lại ít nhất một điều, hoặc bấm Không cho")},
    )
    sensitive = forms.BooleanField(
        label=_("Kèm cả mục nhạy cảm"), help_text=_("HIV, sức khỏe tâm thần, sinh sản, bạo lực…"), required=False
    )

    def __init__(self, *args: Any, offer: Offer, **names: Any) -> None:
        super().__init__(*args, **names)
        self.fields["deeds"].choices = offer.deeds  # type: ignore[attr-defined]  # a ChoiceField has them
        self.initial["deeds"] = [one for one, _ in offer.deeds]
        self.fields["whose"].choices = _books(offer)  # type: ignore[attr-defined]  # as above
        self.initial["whose"] = str(offer.books[0].patient) if offer.books else ""
        if not offer.books:
            del self.fields["whose"]
        if not offer.is_citizen:
            del self.fields["sensitive"]


def _books(offer: Offer) -> list[tuple[str, str]]:
    """Each by its name; the own one says so."""
    return [
        (str(one.patient), gettext("%(name)s (tôi)") % {"name": one.name} if one.person == offer.own else one.name)
        for one in offer.books
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask the signed-in person; the app's browser goes back to it with a code or a refusal."""
    server, actor = Server(request), actor_of(request)
    try:
        grant = server.get_consent_grant(request, end_user=actor)
        _check(grant, server.origin)
        if actor is None:
            return to_sign_in(request)
        asked = grant.request
        offer = offering.offered(actor, asked.client.app, asked.scope, asked.payload.data.get("launch", ""))
        if offer is None:
            raise InvalidScopeError(redirect_uri=grant.redirect_uri)
    except OAuth2Error as error:
        return _refused(request, server, error)
    return _asked(request, actor, server, grant, offer)


def _asked(request: HttpRequest, actor: Actor, server: Server, grant: Any, offer: Offer) -> HttpResponse:
    answered = request.POST.get("answer", "")
    if answered == "no":
        return _sent(server, request, None, grant)
    form = ConsentForm(request.POST if answered == "yes" else None, offer=offer)
    if form.is_valid():
        server.consent = _consent(request, actor, grant, offer, form.cleaned_data)
        return _sent(server, request, actor, grant)
    facts = {"form": form, "offer": offer, "app": offer.app, "target": urlsplit(grant.redirect_uri).netloc}
    made = render(request, "entrance/smart_consent.html", facts, status=422 if form.errors else 200)
    made.headers["Content-Security-Policy"] = content_security.leading_to(grant.redirect_uri)
    return made


def _consent(request: HttpRequest, actor: Actor, grant: Any, offer: Offer, told: dict[str, Any]) -> Consent:
    at, data = clock.now(), grant.request.payload.data
    session = sessions.digest_of(request.session[sign_in.TOKEN_KEY])
    whose = offer.book(told.get("whose", ""))
    answer = offering.answer(offer, whose, set(told["deeds"]), session, sensitive=told.get("sensitive", False))
    family = authorizations.begin(actor, offer.app, answer, at)
    began = next((one.began for one in sessions.of_account(actor.account, at) if bytes(one.id) == session), at)
    bound = {"redirect": grant.redirect_uri, "challenge": data["code_challenge"], "signed_in": int(began.timestamp())}
    if nonce := data.get("nonce"):
        bound["nonce"] = nonce
    return Consent(family, " ".join(answer.scope), bound)


def _sent(server: Server, request: HttpRequest, actor: Actor | None, grant: Any) -> HttpResponse:
    """Back to the app."""
    made: HttpResponse = server.create_authorization_response(request, grant_user=actor, grant=grant)
    return made


def _check(grant: Any, origin: str) -> None:
    """What SMART demands beyond OAuth: `state`, and `aud`, which must be this server. Told to the app."""
    data = grant.request.payload.data
    back = {"redirect_uri": grant.redirect_uri, "state": data.get("state")}
    if len(data.get("state") or "") < _SHORTEST_STATE:
        raise InvalidRequestError("state is demanded, and must not be guessed", **back)
    if (data.get("aud") or "").rstrip("/") != f"{origin}/fhir":
        raise InvalidRequestError("aud must be this server's FHIR address", **back)
    if data.get("response_mode", "query") != "query" or {"request", "request_uri"} & {*data}:
        raise InvalidRequestError("response_mode=query, and no request objects", **back)
    if data.get("prompt") == "none":
        raise ConsentRequiredError(**back)


def _refused(request: HttpRequest, server: Server, error: OAuth2Error) -> HttpResponse:
    """Told to the app, when it is known and its address is its own; otherwise to the person."""
    if not error.redirect_uri:
        return render(request, "entrance/smart_refused.html", {"fault": error.error}, status=400)
    if error.state is None:
        error.state = request.GET.get("state")
    made: Sent = server.handle_error_response(request, error)
    server.add_issuer(made)
    return made
