-- When a good fell, by the machine's clock, where that is known: a visit that is told late takes off what fell after it, whenever that was told.
alter table stock_journal add column fell_at timestamptz;
