-- The same key, whose numbers are sorted by their bytes: an order is found by the beginning of its number too, whatever the database's language.
alter table orders drop constraint orders_trade_id_key;
create unique index orders_trade_id_key on orders (merchant_id, trade_id text_pattern_ops, channel_id) nulls not distinct;
