-- Behind the wall (base/wall.py) nobody sees why records were joined by likeness: it is told at desks and offices.
alter table identity_likeness enable row level security;
