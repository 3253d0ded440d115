-- Closure tables that clients keep: which codes each of them has told, so that what is new to it can be told again.
create table clinical_closure (
  account  int8 not null,
  app      text not null,           -- through which app; '': the account itself
  name     text not null,
  version  int4 not null,           -- of the newest answer; 0: just begun
  editions text not null,           -- as JSON: system -> the edition in which its codes are compared
  primary key (account, app, name)
);
create table clinical_closure_code (
  account int8 not null,
  app     text not null,
  name    text not null,
  system  text not null,
  code    text not null,
  version int4 not null,            -- of the answer that told of it first
  primary key (account, app, name, system, code),
  foreign key (account, app, name) references clinical_closure on delete cascade
);
