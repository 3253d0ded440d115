-- Who is in sight of the role that web and worker sign in with: nobody, until a statement or base/wall.py says who.
create function wall_persons() returns int8[] language sql stable parallel safe
  return coalesce(nullif(current_setting('wall.persons', true), ''), '{}')::int8[];
create function wall_holders() returns text[] language sql stable parallel safe
  return coalesce(nullif(current_setting('wall.holders', true), ''), '{}')::text[];
