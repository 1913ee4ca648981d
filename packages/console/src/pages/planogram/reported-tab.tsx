import { Alert, Table, Tag } from 'antd';
import { useFormat } from '../../shared/format.ts';
import { useMachineWords } from '../machines/commands/machine-errors.ts';
import { applyDraft, type DraftSlot, noDraft, type Planogram } from './draft.ts';
import { MachineFront } from './machine-front.tsx';
import { useText } from './text.ts';

type Verdict = 'fault' | 'differs' | 'since' | 'same' | 'none';

const verdictOf = ({ reported: { fault_code: fault, stock } }: DraftSlot): Verdict => (fault !== 1 ? 'fault' : stock);
const colours = { fault: 'red', differs: 'orange', since: 'blue', same: 'default', none: 'default' } as const;

/** What the machine itself last said of each slot, beside what the books have. */
export function ReportedTab({ planogram }: { planogram: Planogram }) {
  const text = useText();
  const format = useFormat();
  const words = useMachineWords();
  const rows = applyDraft(planogram, noDraft);
  const slots = [...rows.values()].flat(2);
  const looked = slots.filter((slot) => verdictOf(slot) === 'fault' || verdictOf(slot) === 'differs');
  const silent = slots.filter((slot) => verdictOf(slot) === 'none').length;
  const sums = [
    ...(looked.length > 0 ? [text('differences', { count: looked.length })] : []),
    ...(silent < slots.length - looked.length ? [text('agree', { count: slots.length - looked.length - silent })] : []),
    ...(silent > 0 ? [text('silent', { count: silent })] : []),
  ];
  const allAgree = looked.length + silent === 0;
  const lastWord = slots
    .flatMap(({ reported }) => [reported.at ?? [], reported.fault_at ?? []].flat())
    .sort()
    .at(-1);
  const word = { fault: 'fault', differs: 'differs', since: 'since', same: 'same', none: 'notSaid' } as const;
  const why = { fault: 'whyFault', differs: 'whyDiffers' } as const;
  const verdict = (slot: DraftSlot) => text(word[verdictOf(slot)], { fault: words.fault(slot.reported.fault_code) });
  return (
    <>
      <Alert
        showIcon
        type={looked.length > 0 ? 'warning' : allAgree ? 'success' : 'info'}
        title={
          <>
            {allAgree ? text('allAgree') : sums.join(text('comma'))}{' '}
            {lastWord && <span className="soft">{text('lastWord', { ago: format.ago(lastWord) })}</span>}
          </>
        }
        style={{ marginBottom: 12 }}
      />
      <MachineFront planogram={planogram} rows={rows}>
        {(slot) => (
          <div className={`slot-card reported is-${verdictOf(slot)}`} title={verdict(slot)}>
            <span className="slot-top">
              <b>{slot.name}</b>
              {verdictOf(slot) !== 'same' && <Tag color={colours[verdictOf(slot)]}>{verdict(slot)}</Tag>}
            </span>
            <span className="slot-goods">{slot.goods?.name ?? text('empty')}</span>
            <span className="slot-pair">
              <span>
                <small className="soft">{text('books')}</small> {slot.on_hand}
              </span>
              <span>
                <small className="soft">{text('said')}</small> {slot.reported.on_hand ?? '–'}
              </span>
            </span>
          </div>
        )}
      </MachineFront>
      {looked.length > 0 && (
        <Table<DraftSlot>
          className="panel"
          style={{ marginTop: 16 }}
          size="small"
          rowKey="id"
          dataSource={looked}
          pagination={false}
          scroll={{ x: 640 }}
          columns={[
            { title: text('slot'), dataIndex: 'name', width: 72, render: (name: string) => <b>{name}</b> },
            { title: text('goods'), key: 'goods', render: (_, { goods }) => goods?.name ?? text('empty') },
            { title: text('books'), dataIndex: 'on_hand', align: 'right', width: 80 },
            { title: text('said'), key: 'said', align: 'right', width: 80, render: (_, { reported }) => reported.on_hand ?? '–' },
            {
              key: 'why',
              render: (_, slot) => {
                const found = verdictOf(slot);
                const at = found === 'fault' ? slot.reported.fault_at : slot.reported.at;
                return (
                  <>
                    <Tag color={colours[found]}>{verdict(slot)}</Tag>{' '}
                    {(found === 'fault' || found === 'differs') && text(why[found])}{' '}
                    {at && <span className="soft">{format.ago(at)}</span>}
                  </>
                );
              },
            },
          ]}
        />
      )}
    </>
  );
}
