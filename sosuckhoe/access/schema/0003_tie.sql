-- Whom a facility has treated: where its searches over all of them start when they are few.
create index access_tie_of_facility on access_tie (facility, bucket, person);
