"""GraphQL over resources. Pure: where resources come from is the caller's. https://hl7.org/fhir/R4/graphql.html"""
