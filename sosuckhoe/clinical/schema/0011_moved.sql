-- Which ids lead to a resource: those of a person whose rows moved lead to where they stand now.
create index clinical_address_of_resource on clinical_address (bucket, rid);
