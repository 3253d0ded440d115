-- Numbers stand as blind indexes and claims sealed (at_rest.py). What is there is converted between the two parts.
alter table identity_person rename column claim to claim_plain;
alter table identity_person add column claim bytea;
alter table identity_identifier add column blind bytea;
alter table identity_ticket rename column ours to ours_plain;
alter table identity_ticket rename column theirs to theirs_plain;
alter table identity_ticket add column ours bytea, add column theirs bytea;
