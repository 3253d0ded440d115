-- Behind the wall (base/wall.py) a book's own tables are read and written for the persons in sight.
alter table book_paper enable row level security;
create policy in_sight on book_paper using (person = any ((select wall_persons())::int8[]));
alter table book_summary enable row level security;
create policy in_sight on book_summary using (person = any ((select wall_persons())::int8[]));
alter table book_link enable row level security;
create policy in_sight on book_link using (person = any ((select wall_persons())::int8[]));
alter table book_link_opening enable row level security;
create policy in_sight on book_link_opening using (exists (
  select from book_link l where l.bucket = book_link_opening.bucket and l.code = book_link_opening.code
));
