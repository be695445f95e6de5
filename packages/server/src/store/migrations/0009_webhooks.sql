-- Webhooks: who wants to be told of changes, how far each has been told, and what came of each attempt.

create table webhook_subscriptions (
  tenant_id text collate "C" not null references tenants,
  id text collate "C" not null,
  -- Whose API made it: its deliveries speak that platform's words.
  dialect text not null,
  code text collate "C" not null,
  name text not null,
  description text not null,
  url text not null,
  -- The types of events that it is told of; null: of all.
  types text[],
  details jsonb not null,
  -- An inactive one passes events by; a paused one keeps them waiting.
  active boolean not null,
  paused boolean not null,
  pause_reason text,
  -- Sealed with the server's key, as tokens that an API shows again are.
  secret text not null,
  previous_secret text,
  previous_until timestamptz,
  version integer not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  -- All events up to this position have been told, or given up.
  cursor bigint not null,
  -- What this could see is passed by: events from before the webhook that had no position yet. Null once they are behind it.
  since pg_snapshot default pg_current_snapshot(),
  -- Of the event that comes next: attempts so far, and when another may be made.
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default '-infinity',
  -- The id of a test message that somebody asked for and that has not gone out yet.
  test_id text,
  -- One worker at a time; by the database's clock, so that servers need not agree on theirs.
  lease text,
  leased_until timestamptz not null default '-infinity',
  primary key (tenant_id, id),
  constraint webhook_subscriptions_code_key unique (tenant_id, code)
);

-- Bounded in age and number, see store/webhook-queue.ts.
create table webhook_attempts (
  tenant_id text collate "C" not null,
  webhook_id text collate "C" not null,
  seq bigint generated always as identity,
  id text collate "C" not null,
  -- What receivers know it by: the same in each attempt.
  message_id text not null,
  -- Null for a test.
  event_id bigint,
  position bigint,
  type text not null,
  attempt integer not null,
  at timestamptz not null,
  duration_ms integer not null,
  outcome text not null,
  status integer,
  response text not null,
  error text,
  primary key (tenant_id, webhook_id, seq),
  foreign key (tenant_id, webhook_id) references webhook_subscriptions on delete cascade
);
