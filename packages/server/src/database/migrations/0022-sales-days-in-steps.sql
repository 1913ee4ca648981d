-- The sums by day are made in steps, in the order of the trades' numbers: they are those of the merchant's trades up to this one. Trades
-- that are new move them where they are whole; else they are added in their turn.
alter table sales_counters add column days_seq bigint not null default 0;

-- Where they are made they were of all trades.
update sales_counters set days_seq = trades where days_zone is not null;

alter table sales_counters
  add constraint sales_counters_days_seq_check check (days_seq between 0 and trades and (days_zone is not null or days_seq = 0));
