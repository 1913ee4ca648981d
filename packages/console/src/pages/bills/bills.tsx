import { Alert, Flex, Select, Tabs, Tag } from 'antd';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { PageOfOne } from '../../shared/page-of-one.tsx';
import { PeriodPicker } from '../sales/period-picker.tsx';
import { useSalesQuery } from '../sales/use-sales-query.ts';
import { Checks } from './checks.tsx';
import { kinds, Records } from './records.tsx';
import { useText } from './text.ts';

export type Shop = Answer<'GET /pos/shops'>['items'][number];

/** Bills, handovers and day ends of shops as third parties have them, and whether they agree with the sales. */
export default function Bills() {
  const text = useText();
  const query = useSalesQuery();
  const read = useRead('GET /pos/shops', { query: { limit: 200 } }, { live: ['pos', 'shop'] });
  const view = query.get('view') ?? 'bill';
  const kind = kinds.find((one) => one === view);
  const [from, to] = [query.get('from'), query.get('to')];
  return (
    <PageOfOne title={text('title')} read={read} asked={query.get('shop')} none={text('noShops')} remedy={text('noShopsAbout')}>
      {(shop, shops) => (
        <>
          <ShopBar shops={shops} shop={shop} choose={(id) => query.set({ shop: String(id), cursor: undefined })} />
          <Tabs
            activeKey={view}
            onChange={(key) => query.set({ view: key, cursor: undefined })}
            items={[...kinds, 'checks' as const].map((key) => ({ key, label: text(key) }))}
            tabBarStyle={{ marginBottom: 0 }}
          />
          {kind === undefined ? (
            <Checks shop={shop} />
          ) : (
            <>
              <div>
                <PeriodPicker
                  clearable
                  value={{ ...(from && { from }), ...(to && { to }) }}
                  onChange={(period) => query.set({ from: period.from, to: period.to, cursor: undefined })}
                />
              </div>
              <Records shop={shop} kind={kind} query={query} />
            </>
          )}
        </>
      )}
    </PageOfOne>
  );
}

function ShopBar({ shops, shop, choose }: { shops: readonly Shop[]; shop: Shop; choose: (id: number) => void }) {
  const text = useText();
  const format = useFormat();
  const state =
    shop.checked_at === null ? (
      <Tag>{text('never')}</Tag>
    ) : shop.differing > 0 ? (
      <Tag color="red">{text('differing', { count: shop.differing })}</Tag>
    ) : (
      <Tag color="green">{text('allAgree')}</Tag>
    );
  return (
    <div className="panel">
      <Flex wrap gap="16px 32px" align="center">
        <Select
          aria-label={text('shop')}
          style={{ minWidth: 200 }}
          value={shop.id}
          onChange={choose}
          showSearch={{ optionFilterProp: 'label' }}
          options={shops.map(({ id, name, sn }) => ({ value: id, label: `${name} ${sn}` }))}
        />
        <span>
          <span className="soft">{text('source')}</span> {text(shop.source)}
        </span>
        {shop.open_day !== null && (
          <span>
            <span className="soft">{text('openDay')}</span> {shop.open_day}{' '}
            <span className="soft">{text('closesAt', { time: shop.day_closes_at })}</span>
          </span>
        )}
        {shop.latest_business_day !== null && (
          <span>
            <span className="soft">{text('closed')}</span> {shop.latest_business_day}
          </span>
        )}
        {shop.source === 'ledger' && state}
      </Flex>
      {shop.failing_since !== null && (
        <Alert
          style={{ marginTop: 12 }}
          type="warning"
          showIcon
          title={text('failing', { time: format.time(shop.failing_since), error: shop.last_error })}
        />
      )}
    </div>
  );
}
