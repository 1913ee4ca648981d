import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, LoadingOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Answer } from '../../../api/client.ts';
import { useChange, useRead } from '../../../api/hooks.ts';
import { useFormat } from '../../../shared/format.ts';
import { useMachineWords } from '../commands/machine-errors.ts';
import { useText as useCommandText } from '../commands/text.ts';
import type { Slot } from './slot-check.tsx';
import { useText } from './text.ts';

const old = ['GET /machines'];

interface StepProps {
  number: number;
  title: string;
  why: string;
  action: ReactNode;
  children?: ReactNode;
}

function Step({ number, title, why, action, children }: StepProps) {
  return (
    <section className="panel slot-step" aria-label={title}>
      <span className="slot-step-number" aria-hidden>
        {number}
      </span>
      <div className="slot-step-body">
        <h2>{title}</h2>
        <p className="soft">{why}</p>
        <div aria-live="polite">{children}</div>
      </div>
      <div className="slot-step-action">{action}</div>
    </section>
  );
}

/** One unit drops, and what the machine answers is seen as it comes. */
export function TestDispense({ slot, online }: { slot: Slot; online: boolean }) {
  const text = useText();
  const [batch, setBatch] = useState<number>();
  const params = { machine: slot.machine_id, slot: slot.id };
  const ask = useChange('POST /machines/{machine}/slots/{slot}/test', {
    makesOld: ['GET /machines/{machine}/slots/{slot}/test'],
    done: ({ batch_id }) => setBatch(batch_id),
  });
  const query = { batch: batch ?? 1 };
  const input = { params, query };
  const read = useRead('GET /machines/{machine}/slots/{slot}/test', input, { live: ['dispense'], enabled: batch !== undefined });
  const life = batch === undefined || read.data?.batch_id !== batch ? undefined : read.data;
  const isOpen = batch !== undefined && (life === undefined || life.state === 'queued' || life.state === 'sent');
  return (
    <Step
      number={1}
      title={text('step1')}
      why={text('step1Why')}
      action={
        <Button
          type={slot.fault_code === 1 ? 'default' : 'primary'}
          disabled={!online}
          loading={ask.isPending || isOpen}
          onClick={() => ask.mutate({ params })}
        >
          {text('testOnce')}
        </Button>
      }
    >
      {!online && <Alert type="warning" showIcon title={text('offline')} />}
      {life && <TestLife life={life} />}
    </Step>
  );
}

const icons = {
  queued: <LoadingOutlined />,
  sent: <LoadingOutlined />,
  dispensed: <CheckCircleFilled className="good" />,
  failed: <CloseCircleFilled className="bad" />,
  held: <ExclamationCircleFilled className="warn" />,
  cancelled: <ExclamationCircleFilled className="warn" />,
};

function TestLife({ life }: { life: Answer<'GET /machines/{machine}/slots/{slot}/test'> }) {
  const text = useText();
  const format = useFormat();
  const words = useMachineWords();
  const { state, error, fault_code, sent_at, finished_at } = life;
  const said = state === 'failed' ? [error && words.error(error), fault_code !== null && words.fault(fault_code)] : [];
  return (
    <p className="slot-answer">
      {icons[state]} <strong>{text(state)}</strong>{' '}
      {[...new Set(said)].filter((one) => one !== false && one !== '' && one !== words.fault(1)).join(' · ')}{' '}
      <span className="soft">{format.clock(finished_at ?? sent_at ?? life.queued_at)}</span>
    </p>
  );
}

/** It is mended: the ledger takes it so at once, and the machine is told. */
export function ClearFault({ slot }: { slot: Slot }) {
  const text = useText();
  const commandText = useCommandText();
  const words = useMachineWords();
  const format = useFormat();
  const params = { machine: slot.machine_id, slot: slot.id };
  const clear = useChange('POST /machines/{machine}/slots/{slot}/clear-fault', { makesOld: old });
  const commands = useRead(
    'GET /machines/{machine}/commands',
    { params: { machine: slot.machine_id }, query: { limit: 50 } },
    { live: ['machine', 'dispense'] },
  );
  const last = commands.data?.items.find(({ kind, slot_id }) => kind === 'clear-fault' && slot_id === slot.id);
  const faulty = slot.fault_code !== 1;
  return (
    <Step
      number={2}
      title={text('step2')}
      why={text('step2Why')}
      action={
        <Button disabled={!faulty} loading={clear.isPending} onClick={() => clear.mutate({ params })}>
          {text('clear')}
        </Button>
      }
    >
      <p className="slot-answer">
        {faulty ? <CloseCircleFilled className="bad" /> : <CheckCircleFilled className="good" />}{' '}
        <strong>{faulty ? text('faulty', { fault: words.fault(slot.fault_code) }) : text('noFault')}</strong>
      </p>
      {last && (
        <p className="soft slot-told">
          {text('toldMachine')}: {commandText(last.state)} {format.time(last.finished_at ?? last.sent_at ?? last.queued_at)}
        </p>
      )}
    </Step>
  );
}

/** Whether it may sell; a fault keeps it from that as well. */
export function BackOnSale({ slot }: { slot: Slot }) {
  const text = useText();
  const params = { machine: slot.machine_id, slot: slot.id };
  const put = useChange('PUT /machines/{machine}/slots/{slot}/on-sale', { makesOld: old });
  const sells = slot.on_sale && slot.fault_code === 1;
  return (
    <Step
      number={3}
      title={text('step3')}
      why={text('step3Why')}
      action={
        <Button
          type={slot.on_sale ? 'default' : 'primary'}
          loading={put.isPending}
          onClick={() => put.mutate({ params, body: { on_sale: !slot.on_sale } })}
        >
          {text(slot.on_sale ? 'takeOff' : 'putOn')}
        </Button>
      }
    >
      <p className="slot-answer">
        {sells ? <CheckCircleFilled className="good" /> : <ExclamationCircleFilled className="warn" />}{' '}
        <strong>{text(sells ? 'onSaleNow' : slot.on_sale ? 'onSaleOnceCleared' : 'offSaleNow')}</strong>
      </p>
    </Step>
  );
}
