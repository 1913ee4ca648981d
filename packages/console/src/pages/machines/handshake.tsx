import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { Button, Flex, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import type { Machine } from './machine.tsx';
import { useNewText } from './new-machine-text.ts';

/** How far a new machine has come; it ticks itself off as the machine speaks. */
export function Handshake({ machine }: { machine: Pick<Machine, 'id' | 'cabinets'> }) {
  const text = useNewText();
  const format = useFormat();
  const may = useMay();
  const { id } = machine;
  const read = useRead(
    'GET /machines/{machine}/handshake',
    { params: { machine: id } },
    { live: ['machine', 'slot', 'stock', 'dispense'], every: 3_000 },
  );
  const time = (at: string | null) => (at === null ? '' : format.time(at));
  return (
    <section className="panel" style={{ maxWidth: 720 }}>
      <h2>{text('steps')}</h2>
      <Loaded read={read}>
        {(seen) => (
          <ol className="checklist">
            <Step
              title={text('connected')}
              state={seen.online ? 'done' : seen.connected_at !== null ? 'failed' : 'open'}
              about={
                seen.online
                  ? time(seen.booted_at ?? seen.connected_at)
                  : text(seen.connected_at === null ? 'connectedNot' : 'connectedGone')
              }
            />
            <Step
              title={text('heartbeat')}
              state={seen.heartbeat_at !== null ? 'done' : 'open'}
              about={time(seen.heartbeat_at) || text('heartbeatNot')}
            />
            <Step
              title={text('reported')}
              state={seen.slots > 0 && seen.slots_reported >= seen.slots ? 'done' : 'open'}
              about={`${text('reportedOf', { n: seen.slots_reported, of: seen.slots })} ${time(seen.slots_reported_at)}`}
            >
              {may('machines.command') && seen.online && seen.slots_reported < seen.slots && <AskForSlots machineId={id} />}
            </Step>
            <Step
              title={text('test')}
              state={seen.test_dropped === null ? 'open' : seen.test_dropped ? 'done' : 'failed'}
              about={
                seen.test_dropped === null
                  ? text('testAbout')
                  : `${text(seen.test_dropped ? 'testDropped' : 'testFailed')} ${time(seen.tested_at)}`
              }
            >
              {may('machines.command') && seen.online && <Test machine={machine} />}
            </Step>
            <Step
              title={text('live')}
              state={seen.live ? 'done' : 'open'}
              about={seen.slots_for_sale > 0 ? text('liveOf', { count: seen.slots_for_sale }) : text('liveAbout')}
            >
              <Flex gap="middle">
                <Link to={`/machines/${id}/planogram`}>{text('planogram')}</Link>
                {may('stock.write') && <Link to={`/refill/${id}`}>{text('refill')}</Link>}
              </Flex>
            </Step>
          </ol>
        )}
      </Loaded>
    </section>
  );
}

type State = 'done' | 'failed' | 'open';
const marks = { done: <CheckCircleFilled />, failed: <CloseCircleFilled />, open: <MinusCircleOutlined /> };

function Step({ title, state, about, children }: { title: string; state: State; about: string; children?: ReactNode }) {
  const text = useNewText();
  return (
    <li className={state}>
      <span className="mark" role="img" aria-label={`${title}: ${text(state)}`}>
        {marks[state]}
      </span>
      <div>
        <b>{title}</b>
        <div className="soft">{about}</div>
        {children}
      </div>
    </li>
  );
}

/** Some tell of a slot only when something happens there: asked, they tell of all. */
function AskForSlots({ machineId }: { machineId: number }) {
  const text = useNewText();
  const ask = useChange('POST /machines/{machine}/commands', {
    makesOld: ['GET /machines/{machine}/commands'],
    said: text('testSent'),
  });
  return (
    <Button
      style={{ marginTop: 6 }}
      loading={ask.isPending}
      onClick={() => ask.mutate({ params: { machine: machineId }, body: { kind: 'refresh' } })}
    >
      {text('reportedAsk')}
    </Button>
  );
}

/** One unit out of a slot, by the real command. */
function Test({ machine: { id, cabinets } }: { machine: Pick<Machine, 'id' | 'cabinets'> }) {
  const text = useNewText();
  const slots = cabinets.flatMap((cabinet) => cabinet.slots).filter((slot) => slot.merged_into_id === null);
  const [slot, setSlot] = useState(slots[0]?.id);
  const test = useChange('POST /machines/{machine}/slots/{slot}/test', {
    makesOld: ['GET /machines/{machine}/handshake', 'GET /machines/{machine}/commands'],
    said: text('testSent'),
  });
  if (slot === undefined) return null;
  return (
    <Flex gap="small" style={{ marginTop: 6 }}>
      <Select
        value={slot}
        onChange={setSlot}
        aria-label={text('testSlot')}
        showSearch={{ optionFilterProp: 'label' }}
        style={{ width: 110 }}
        options={slots.map((one) => ({ value: one.id, label: one.name }))}
      />
      <Button loading={test.isPending} onClick={() => test.mutate({ params: { machine: id, slot } })}>
        {text('testDo')}
      </Button>
    </Flex>
  );
}
