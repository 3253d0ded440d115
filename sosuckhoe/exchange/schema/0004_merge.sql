-- Everything that names one person, when two persons are made one.
create index exchange_package_of_person on exchange_package (bucket, person);
create index exchange_check_in_of_person on exchange_check_in (bucket, person);
