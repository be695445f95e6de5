-- What a tenant decides for its people, personal tokens, presence, avatars, and roads to users by name, handle, kind, custom
-- field and fragment of a text.

create extension if not exists pg_trgm;

alter table tenants add column settings jsonb not null default '{}';

alter table access_roles add column details jsonb not null default '{}';

alter table credentials
  -- The last characters of the token, by which its owner tells it from others; null where nobody lists it.
  add column hint text,
  add column bypass_second_factor boolean not null default false;
create unique index credentials_personal_name on credentials (tenant_id, user_id, dialect, name) where kind = 'personal-token';

-- As core folds texts in ASCII; settle-workspace.ts does the others: lower case, without accents.
create function pg_temp.fold(text) returns text language sql immutable as $$ select lower($1 collate "C") $$;

-- Folded, at most 200 characters.
alter table users
  add column folded_name text collate "C" not null default '',
  add column username_key text collate "C" not null generated always as (lower(username)) stored,
  add column avatar_etag text;
update users set folded_name = left(pg_temp.fold(shown_name), 200);
alter table users alter column folded_name drop default;

drop index users_username_key;
create unique index users_username_key on users (tenant_id, username_key) include (id, username);
create index users_folded_name on users (tenant_id, folded_name, id);
drop index users_created;
create index users_created on users (tenant_id, created_at, id);

-- Posting lists of who is no human, and of import ids; those of custom fields' values are made by settle-workspace.ts.
insert into user_terms (tenant_id, term, modified_at, user_id)
select tenant_id, 't:' || kind, modified_at, id from users where kind <> 'human';
insert into user_terms (tenant_id, term, modified_at, user_id)
select distinct u.tenant_id, 'i:' || i.import_id, u.modified_at, u.id from users u cross join unnest(u.import_ids) as i(import_id);

-- Folded texts in which fragments are looked for. A table of its own: most changes of a user leave these texts alone, and the
-- index on them is the dearest of all to write.
create table user_texts (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  username text not null,
  shown_name text not null,
  nickname text not null,
  bio text not null,
  email text not null,
  primary key (tenant_id, user_id)
);
insert into user_texts (tenant_id, user_id, username, shown_name, nickname, bio, email)
select tenant_id, id, lower(username), pg_temp.fold(shown_name), pg_temp.fold(coalesce(nickname, '')),
  pg_temp.fold(coalesce(bio, '')),
  case when email_generated then '' else email end
from users;
create index user_texts_fragments on user_texts using gin (
  username gin_trgm_ops, shown_name gin_trgm_ops, nickname gin_trgm_ops, bio gin_trgm_ops, email gin_trgm_ops
);

-- Whoever has no row is offline. Rows of people who went offline stay for a while, for those who ask what has changed.
create table user_presence (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  status text not null,
  status_default text,
  changed_at timestamptz not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references users on delete cascade
);
create index user_presence_status on user_presence (tenant_id, status, changed_at);

-- Pictures that were uploaded. `users.avatar_etag` is the hash of what stands here.
create table user_avatars (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  media_type text not null,
  image bytea not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references users on delete cascade
);
