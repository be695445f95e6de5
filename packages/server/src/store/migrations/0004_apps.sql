-- Keys of applications, tokens that an API shows again, blocks and friendships, and roads by uid, tag and first letters.

-- A key is a credential of nobody; its scope says what it may do.
alter table credentials
  alter column user_id drop not null,
  add column scope text,
  -- The token itself, encrypted: only of credentials that an API must be able to show again.
  add column sealed text,
  add column details jsonb not null default '{}';
create unique index credentials_key_name on credentials (tenant_id, dialect, lower(name)) where kind = 'key';

create table user_blocks (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  blocked_id text collate "C" not null,
  at timestamptz not null,
  primary key (tenant_id, user_id, blocked_id),
  foreign key (tenant_id, user_id) references users on delete cascade,
  foreign key (tenant_id, blocked_id) references users on delete cascade
);
create index user_blocks_blocked on user_blocks (tenant_id, blocked_id, user_id);

-- Both sides of a friendship stand here.
create table user_friends (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  friend_id text collate "C" not null,
  at timestamptz not null,
  primary key (tenant_id, user_id, friend_id),
  foreign key (tenant_id, user_id) references users on delete cascade,
  foreign key (tenant_id, friend_id) references users on delete cascade
);
create index user_friends_friend on user_friends (tenant_id, friend_id);

insert into user_terms (tenant_id, term, modified_at, user_id)
select distinct u.tenant_id, 'g:' || t.tag, u.modified_at, u.id from users u cross join unnest(u.tags) as t(tag);

-- What a page and its total need stands in the indexes, so that no row is looked at for either.
drop index users_folded_name;
create index users_folded_name on users (tenant_id, folded_name, uid) include (id, active);
drop index users_created;
create index users_created on users (tenant_id, created_at desc, uid) include (id, active);
alter table users drop constraint users_uid_key;
create unique index users_uid_key on users (tenant_id, uid) include (id);

-- Rows stay when their people go: they know when somebody was last here.
alter table user_presence add column last_seen_at timestamptz;
create index user_presence_fading on user_presence (last_seen_at) where status <> 'offline' and status_default is null;
