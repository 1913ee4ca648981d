-- The same key, whose numbers are sorted by their bytes: an order is found by the beginning of its number too, whatever the database's language.
-- Orders are read while it is made.
create unique index orders_by_trade_id on orders (merchant_id, trade_id text_pattern_ops, channel_id) nulls not distinct;
alter table orders drop constraint orders_trade_id_key;
alter index orders_by_trade_id rename to orders_trade_id_key;
