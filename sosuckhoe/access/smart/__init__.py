"""SMART App Launch and Backend Services: apps, what they were let see, their tokens.

https://hl7.org/fhir/smart-app-launch/STU2.2/
"""
