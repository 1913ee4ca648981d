-- Credentials are changed with an overlap: what they were before counts beside them until a time.
alter table integrations
  add column previous_wire_id text,
  add column previous_secret_hash bytea,
  add column previous_secrets bytea,
  -- Settings that were credentials, such as a public key: laid over the settings.
  add column previous_settings jsonb,
  -- Whether we ourselves sign with them meanwhile: where the other side may not know the new ones yet.
  add column previous_signs boolean not null default false,
  add column previous_until timestamptz,
  -- When it last called us, to the minute.
  add column last_call_at timestamptz,
  add constraint integrations_previous check ((previous_until is null) = (previous_wire_id is null));

create index integrations_by_previous_wire_id on integrations (dialect, role, previous_wire_id) where previous_wire_id is not null;
create index integrations_overlapping on integrations (previous_until) where previous_until is not null;
create index integrations_of_merchant on integrations (merchant_id, dialect, role);

-- Lists of what was told, page by page, the latest first: all, of an integration, and what failed.
create index notifications_by_time on notifications (merchant_id, created_at, id);
create index notifications_by_integration on notifications (merchant_id, integration_id, created_at, id);
create index notifications_given_up on notifications (merchant_id, created_at, id) where state = 'failed';
create index inbound_messages_by_integration on inbound_messages (merchant_id, integration_id, id);
