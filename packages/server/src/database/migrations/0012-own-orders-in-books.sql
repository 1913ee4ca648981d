-- Orders of our own machines in sets of books whose source is the ledger itself.

-- The number by which a set of books knows a machine of ours.
create table book_machines (
  merchant_id bigint not null,
  set_id bigint not null,
  machine_id bigint not null,
  -- Null: this machine's orders do not go into this set.
  dev_id bigint,
  primary key (merchant_id, set_id, machine_id),
  unique (merchant_id, set_id, dev_id),
  foreign key (merchant_id, set_id) references sets_of_books (merchant_id, id),
  foreign key (merchant_id, machine_id) references machines (merchant_id, id)
);

-- Not null: an order of ours, kept as it is now. Nobody else who sends that trans_id changes it.
alter table book_orders add column order_id bigint;
create unique index book_orders_by_order on book_orders (merchant_id, set_id, order_id) where order_id is not null;
-- What a change of a good's barcode may still change.
create index book_orders_not_imported on book_orders (merchant_id, order_id) where order_id is not null and import_state <> 'imported';
