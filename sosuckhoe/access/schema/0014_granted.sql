-- An erasure that a facility grants waits for a second person: on which ground, who proposed it.
alter table access_request
  add column ground   text not null default '', -- data/erasing.yaml
  add column proposer int8;
