import { Alert, Flex, Table, Tag, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { type Answer, ApiError } from '../../api/client.ts';
import { useErrorText } from '../../shared/error-text.ts';
import { useFormat } from '../../shared/format.ts';
import { useText } from './text.ts';

export type Preview = Answer<'POST /machines/{machine}/planogram/preview'>;
type PreviewedSlot = Preview['slots'][number];
type Terms = PreviewedSlot['before'];

/** What would change, slot by slot, and what speaks against it. */
export function DifferenceTable({ preview }: { preview: Pick<Preview, 'slots' | 'problems' | 'goods'> }) {
  const text = useText();
  const errorText = useErrorText();
  const describe = useDescribe(preview.goods);
  const { problems, slots } = preview;
  return (
    <>
      {problems.length > 0 && (
        <Alert
          type="error"
          showIcon
          style={{ marginBottom: 12 }}
          title={text('problems')}
          description={
            <ul className="problems">
              {problems.map(({ slot, code, detail }) => (
                <li key={`${slot} ${code} ${detail}`}>
                  <b>{slot}</b> {errorText(new ApiError(409, code, `${code} (${detail})`))}
                </li>
              ))}
            </ul>
          }
        />
      )}
      {slots.length > 0 && (
        <Table<PreviewedSlot>
          size="small"
          rowKey="slot"
          dataSource={slots}
          pagination={slots.length > 100 ? { pageSize: 100, showSizeChanger: false } : false}
          scroll={{ x: 460 }}
          columns={[
            { title: text('slot'), dataIndex: 'slot', width: 64, render: (slot: string) => <b>{slot}</b> },
            { title: text('change'), key: 'change', render: (_, slot) => <Changes lines={describe(slot)} /> },
            { title: text('effect'), key: 'effect', width: 170, render: (_, slot) => <Effects slot={slot} /> },
          ]}
        />
      )}
    </>
  );
}

interface Line {
  what: string;
  before: string;
  after: string;
}

function useDescribe(goods: Preview['goods']): (slot: PreviewedSlot) => Line[] {
  const text = useText();
  const format = useFormat();
  const nameOf = new Map(goods.map(({ id, name }) => [id, name]));
  const money = (cents: number | null) => (cents === null ? text('ofGoods') : format.money(cents));
  const fields: [keyof Terms, string, (terms: Terms) => string][] = [
    ['goods_id', text('goods'), ({ goods_id: id }) => (id === null ? text('empty') : (nameOf.get(id) ?? `#${id}`))],
    ['price_cents', text('price'), ({ price_cents }) => money(price_cents)],
    ['original_price_cents', text('originalPrice'), ({ original_price_cents }) => money(original_price_cents)],
    ['capacity', text('capacity'), ({ capacity }) => String(capacity)],
    ['alert_threshold', text('threshold'), ({ alert_threshold }) => String(alert_threshold)],
    ['on_sale', text('onSale'), ({ on_sale }) => text(on_sale ? 'yes' : 'no')],
    ['span', text('width'), ({ span }) => text('lanes', { count: span })],
    ['merged_into', text('merged'), ({ merged_into: slot }) => (slot === null ? text('ownLane') : text('mergedInto', { slot }))],
  ];
  return ({ before, after }) =>
    fields
      .filter(([field]) => before[field] !== after[field])
      .map(([, what, say]) => ({ what, before: say(before), after: say(after) }));
}

function Changes({ lines }: { lines: readonly Line[] }) {
  return (
    <dl className="changes">
      {lines.map(({ what, before, after }) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd>
            <span className="soft">{before}</span> → <b>{after}</b>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Effects({ slot }: { slot: PreviewedSlot }) {
  const text = useText();
  return (
    <Flex wrap gap={4}>
      {slot.taken_out > 0 && (
        <Explained why={text('takenOutWhy')}>
          <Tag color="orange">{text('takenOut', { count: slot.taken_out })}</Tag>
        </Explained>
      )}
      {slot.is_new_product && slot.after.goods_id !== null && (
        <Explained why={text('newProductWhy')}>
          <Tag>{text('newProduct')}</Tag>
        </Explained>
      )}
      {slot.void_codes > 0 && <Tag color="orange">{text('voidCodes', { count: slot.void_codes })}</Tag>}
      {slot.forgotten_prices > 0 && <Tag color="orange">{text('forgotten', { count: slot.forgotten_prices })}</Tag>}
    </Flex>
  );
}

/** A word with what it means, for the mouse, the finger and the keyboard. */
const Explained = ({ why, children }: { why: string; children: ReactNode }) => (
  <Tooltip title={why} trigger={['hover', 'focus', 'click']}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it says more when it is reached. */}
    <span tabIndex={0}>{children}</span>
  </Tooltip>
);
