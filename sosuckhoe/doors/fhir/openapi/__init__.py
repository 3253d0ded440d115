"""The interface as an OpenAPI document, made from the code that answers. https://spec.openapis.org/oas/v3.1.0

`paths` walks the routes and the operations, `schemas` the tables of elements, `searching` the search parameters;
`document` puts them together once, `serving` sends the result.
"""
