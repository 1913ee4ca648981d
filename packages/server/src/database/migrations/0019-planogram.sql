-- Lanes side by side can be made one wide lane: its own slot sells, and those that it covers name it. What a slot that is covered
-- cannot do stands here and not in the code of whoever sells: it has no good, nothing in it, and nothing promised.
alter table slots add column merged_into_id bigint null;
alter table slots add constraint slots_merged_into_fkey foreign key (merchant_id, merged_into_id) references slots (merchant_id, id);
alter table slots add constraint slots_merged_check
  check (merged_into_id is null or (merged_into_id <> id and goods_id is null and on_hand = 0 and reserved = 0));

-- In how many machines a good is.
create index slots_by_goods on slots (merchant_id, goods_id) where goods_id is not null;
