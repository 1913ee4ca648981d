-- Lanes side by side can be made one wide lane: its own slot sells, and those that it covers name it. What a slot that is covered
-- cannot do stands here and not in the code of whoever sells: it has no good, nothing in it, and nothing promised.
alter table slots add column merged_into_id bigint null;
alter table slots add constraint slots_merged_into_fkey foreign key (merchant_id, merged_into_id) references slots (merchant_id, id);
alter table slots add constraint slots_merged_check
  check (merged_into_id is null or (merged_into_id <> id and goods_id is null and on_hand = 0 and reserved = 0));

-- In how many machines a good is.
create index slots_by_goods on slots (merchant_id, goods_id, machine_id) where goods_id is not null;

-- What a slot sold under a number that it no longer has: a machine that was offline tells of it afterwards.
create table past_products (
  merchant_id bigint not null,
  product_id bigint not null,
  slot_id bigint not null,
  goods_id bigint null,
  until timestamptz not null,
  primary key (merchant_id, product_id),
  foreign key (merchant_id, slot_id) references slots (merchant_id, id),
  foreign key (merchant_id, goods_id) references goods (merchant_id, id)
);
