import { Button, Checkbox, Empty, Flex, Input, Select, Table, Tag } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { GoodsPicture } from '../planogram/goods-picture.tsx';
import '../planogram/planogram.css';
import './goods.css';
import { GoodsForm } from './goods-form.tsx';
import { useText } from './text.ts';

export type Good = Answer<'GET /goods'>['items'][number];

const pageSize = 50;
/** Stands for "without a category" in the choice, as an empty text is no choice; no title begins with a space. */
const without = ' none';

/** The catalogue: found, added, changed. */
export default function Goods() {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const [asked, setAsked] = useSearchParams();
  const [search, setSearch] = useState(asked.get('q') ?? '');
  const [category, setCategory] = useState<string>();
  const [own, setOwn] = useState(false);
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState<Good | 'new'>();
  const q = useDeferredValue(search.trim());
  const categories = useRead('GET /categories', {}, { live: ['goods'] });
  const filter = {
    ...(q !== '' && { q }),
    ...(category !== undefined && { category: category === without ? '' : category }),
    ...(own && { own }),
  };
  const isFiltered = Object.keys(filter).length > 0;
  const read = useRead(
    'GET /goods',
    { query: { ...filter, offset: (page - 1) * pageSize, limit: pageSize } },
    { live: ['goods'] },
  );
  const first =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setPage(1);
    };
  return (
    <Page
      title={text('title')}
      extra={
        may('goods.write') && (
          <Button type="primary" onClick={() => setOpen('new')}>
            {text('add')}
          </Button>
        )
      }
    >
      <Flex wrap gap="small" align="center" style={{ marginBottom: 12 }}>
        <Input.Search
          allowClear
          style={{ width: 260 }}
          placeholder={text('search')}
          aria-label={text('search')}
          value={search}
          onChange={({ target }) => {
            first(setSearch)(target.value);
            setAsked(target.value === '' ? {} : { q: target.value }, { replace: true });
          }}
        />
        <Select
          allowClear
          style={{ width: 180 }}
          placeholder={text('allCategories')}
          aria-label={text('category')}
          value={category}
          onChange={first(setCategory)}
          options={[
            ...(categories.data?.items ?? []).map(({ title, goods }) => ({ value: title, label: `${title} (${goods})` })),
            { value: without, label: text('uncategorized') },
          ]}
        />
        <Checkbox checked={own} onChange={({ target }) => first(setOwn)(target.checked)}>
          {text('ownOnly')}
        </Checkbox>
        <span className="soft">{read.data && text('found', { count: read.data.total })}</span>
      </Flex>
      <Loaded
        read={read}
        isEmpty={({ total }) => total === 0}
        empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text(isFiltered ? 'noMatch' : 'nothing')} />}
      >
        {({ items, total }) => (
          <Table<Good>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            loading={read.isPlaceholderData}
            scroll={{ x: 660 }}
            pagination={{ current: page, pageSize, total, onChange: setPage, showSizeChanger: false, hideOnSinglePage: true }}
            columns={[
              {
                title: text('name'),
                key: 'name',
                render: (_, good) => (
                  <Flex gap="small" align="center">
                    <GoodsPicture name={good.name} url={good.picture_url} size={32} />
                    <span>
                      <Button
                        type="link"
                        size="small"
                        style={{ padding: 0, height: 'auto', whiteSpace: 'normal' }}
                        onClick={() => setOpen(good)}
                      >
                        {good.name}
                      </Button>
                      {good.spec !== '' && <span className="soft"> {good.spec}</span>}
                      {!good.own && <Tag style={{ marginInlineStart: 6 }}>{text('foreignTag')}</Tag>}
                    </span>
                  </Flex>
                ),
              },
              { title: text('price'), dataIndex: 'price_cents', align: 'right', render: format.money },
              { title: text('number'), dataIndex: 'number' },
              { title: text('barcode'), dataIndex: 'barcode' },
              { title: text('category'), dataIndex: 'category' },
              { title: text('machines'), dataIndex: 'machines', align: 'right', render: format.number },
            ]}
          />
        )}
      </Loaded>
      {open !== undefined && (
        <GoodsForm
          key={open === 'new' ? 'new' : open.id}
          good={open === 'new' ? undefined : open}
          categories={(categories.data?.items ?? []).map(({ title }) => title)}
          close={() => setOpen(undefined)}
        />
      )}
    </Page>
  );
}
