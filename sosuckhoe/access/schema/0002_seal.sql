-- The sealer reads the trace in the order of its ids, whoever the lines are about.
create index access_audit_in_order on access_audit (id);

-- One line for each seal: which lines of the trace it added to the tree, in which order, and the signed head after it.
-- Local to the coordinator of a cluster, like the two tables below.
create table access_seal (
  number    int8 primary key,       -- 1, 2, 3 …
  at        timestamptz not null,
  size      int8 not null,          -- leaves of the tree after this seal
  root      bytea not null,         -- of the whole tree
  part      bytea not null,         -- of the tree of this seal's leaves alone
  signature bytea not null,         -- Ed25519, see seal/head.py
  highest   int8 not null,          -- the greatest of ids
  ids       int8[] not null,        -- access_audit.id in the order of the leaves
  leaves    bytea not null          -- their leaf hashes, 32 bytes each
);
create index access_seal_highest on access_seal (highest);
alter table access_seal alter leaves set storage external; -- hashes do not compress

-- Where the sealer stands. Every line of the trace up to the floor is sealed; above it some are.
create table access_seal_state (
  only_one bool primary key default true check (only_one),
  number   int8 not null,
  size     int8 not null,
  frontier bytea not null,
  floor    int8 not null,
  mark     int8 not null,           -- becomes the floor when the writers below have ended
  writers  text[] not null          -- transactions that were writing to the trace when the mark was set
);
insert into access_seal_state values (true, 0, 0, '', 0, 0, '{}');

-- Up to which seal the witness has been told; what stands above it is the debt.
create table access_seal_told (
  only_one bool primary key default true check (only_one),
  number   int8 not null,
  size     int8 not null,
  frontier bytea not null,
  refused  text not null            -- why the witness refused the next one, if it did
);
insert into access_seal_told values (true, 0, 0, '', '');
