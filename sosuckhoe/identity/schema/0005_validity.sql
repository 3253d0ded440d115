-- From when to when a facility may treat people; null: not told.
alter table identity_facility add column valid_from date, add column valid_until date;
