-- Our machines sold on other platforms: what is offered where, orders that another platform took, and pictures of goods.

-- Whether all machines are offered through an integration, or only those that are listed on it.
alter table integrations add column offers text not null default 'all' check (offers in ('all', 'listed'));

-- What lay in the slot when it was last filled: of this a share is held back, so that what is held back does not melt while it sells.
alter table slots add column stocked int not null default 0;
update slots set stocked = on_hand;

create table listings (
  merchant_id bigint not null,
  integration_id bigint not null,
  machine_id bigint not null,
  -- False takes the machine off the channel.
  offered boolean not null default true,
  held_back_percent smallint not null default 0 check (held_back_percent between 0 and 100),
  -- Null: the slot's own price.
  price_cents bigint check (price_cents >= 0),
  changed_at timestamptz not null,
  primary key (merchant_id, integration_id, machine_id),
  foreign key (merchant_id, integration_id) references integrations (merchant_id, id),
  foreign key (merchant_id, machine_id) references machines (merchant_id, id)
);

-- What is otherwise for a slot than for its machine; null: as for the machine.
create table listing_slots (
  merchant_id bigint not null,
  integration_id bigint not null,
  machine_id bigint not null,
  slot_id bigint not null,
  offered boolean not null default true,
  held_back_percent smallint check (held_back_percent between 0 and 100),
  price_cents bigint check (price_cents >= 0),
  primary key (merchant_id, integration_id, slot_id),
  foreign key (merchant_id, integration_id, machine_id) references listings (merchant_id, integration_id, machine_id) on delete cascade,
  foreign key (merchant_id, slot_id) references slots (merchant_id, id)
);
create index listing_slots_by_machine on listing_slots (merchant_id, integration_id, machine_id);

-- An order that another platform took has that platform's number for its trade id: unique among those of its integration, and
-- no other's business.
alter table orders
  add column channel_id bigint,
  drop constraint orders_merchant_id_trade_id_key,
  add constraint orders_trade_id_key unique nulls not distinct (merchant_id, trade_id, channel_id),
  add foreign key (merchant_id, channel_id) references integrations (merchant_id, id);

create table channel_orders (
  merchant_id bigint not null,
  order_id bigint not null,
  -- Of what was told: the same again is the same order, other content under its number is refused.
  content_hash bytea not null,
  -- When the outcome was told, and what: {slot, goods, dispensed} of each unit. What became known later is in `truth`.
  outcome_at timestamptz,
  outcome jsonb,
  truth jsonb,
  primary key (merchant_id, order_id),
  foreign key (merchant_id, order_id) references orders (merchant_id, id)
);

-- As the other platform named it. Without a line of ours nothing of it could be had: no such slot, or another good in it.
create table channel_lines (
  merchant_id bigint not null,
  order_id bigint not null,
  position int not null,
  slot_name text not null,
  goods_number text not null,
  quantity int not null check (quantity > 0),
  -- Of a unit, as told.
  price_cents bigint not null check (price_cents >= 0),
  line_id bigint,
  -- Why not all of it could be had; empty where it could.
  refused text not null default '',
  primary key (merchant_id, order_id, position),
  foreign key (merchant_id, order_id) references channel_orders (merchant_id, order_id),
  foreign key (merchant_id, order_id, line_id) references order_lines (merchant_id, order_id, id)
);

-- Pictures, by the hash of their bytes: what is served under a name never changes.
create table media (
  merchant_id bigint not null references merchants (id),
  -- SHA-256 in hex, a dot and the extension.
  name text not null,
  content_type text not null,
  bytes bytea not null,
  created_at timestamptz not null,
  primary key (merchant_id, name)
);
-- Looked up before the tenant is known: whoever asks knows the bytes' hash.
create index media_by_name on media (name);

alter table goods
  add column picture text,
  add foreign key (merchant_id, picture) references media (merchant_id, name);
