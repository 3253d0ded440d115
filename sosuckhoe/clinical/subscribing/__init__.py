"""Subscriptions: who is told of what, in order, once it has happened. https://hl7.org/fhir/uv/subscriptions-backport/"""
