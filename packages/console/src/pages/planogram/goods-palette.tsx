import { Button, Empty, Input, Select, Spin } from 'antd';
import { type PointerEvent, useDeferredValue, useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import type { Goods } from './draft.ts';
import { GoodsPicture } from './goods-picture.tsx';
import { useText } from './text.ts';

const atOnce = 24;

/** Goods to drag into slots, or to choose and then put into slots. */
export function GoodsPalette({
  chosen,
  choose,
  begin,
}: {
  chosen: Goods | undefined;
  choose: (goods: Goods | undefined) => void;
  begin?: (event: PointerEvent, goods: Goods) => void;
}) {
  const text = useText();
  const format = useFormat();
  const [search, setSearch] = useState('');
  const [category, setCategory] = useState<string>();
  const [pages, setPages] = useState(1);
  const q = useDeferredValue(search.trim());
  const categories = useRead('GET /categories', {});
  const read = useRead('GET /goods', {
    query: { own: true, limit: atOnce * Math.min(pages, 8), ...(q !== '' && { q }), ...(category !== undefined && { category }) },
  });
  const items = read.data?.items ?? [];
  return (
    <section className="panel palette" aria-label={text('goods')}>
      <div className="palette-find">
        <Input.Search
          allowClear
          size="small"
          placeholder={text('search')}
          aria-label={text('search')}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        {(categories.data?.items.length ?? 0) > 1 && (
          <Select
            allowClear
            size="small"
            placeholder={text('allCategories')}
            aria-label={text('allCategories')}
            {...(category !== undefined && { value: category })}
            onChange={setCategory}
            options={(categories.data?.items ?? []).map(({ title }) => ({ value: title, label: title }))}
          />
        )}
      </div>
      <p className="soft palette-hint">{chosen ? text('chosen', { name: chosen.name }) : text('howTo')}</p>
      {chosen && (
        <Button size="small" block onClick={() => choose(undefined)}>
          {text('stop')}
        </Button>
      )}
      {read.isPending && <Spin />}
      {read.data && items.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text('noGoods')} />}
      <div className="palette-goods">
        {items.map((goods) => (
          <button
            type="button"
            key={goods.id}
            className={goods.id === chosen?.id ? 'palette-item is-chosen' : 'palette-item'}
            aria-pressed={goods.id === chosen?.id}
            onPointerDown={(event) => begin?.(event, goods)}
            onClick={() => choose(goods.id === chosen?.id ? undefined : goods)}
          >
            <GoodsPicture name={goods.name} url={goods.picture_url} size={28} />
            <span className="palette-name">
              {goods.name}
              <span className="soft">{goods.spec}</span>
            </span>
            <span className="number">{format.money(goods.price_cents)}</span>
          </button>
        ))}
      </div>
      {read.data && read.data.total > items.length && pages < 8 && (
        <Button size="small" type="text" block loading={read.isFetching} onClick={() => setPages(pages + 1)}>
          {text('more')}
        </Button>
      )}
    </section>
  );
}
