import { Alert, App, Button, Flex, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { DecideHeld } from './decide-held.tsx';
import type { Trace } from './order.tsx';
import { useText } from './text.ts';

type Open = 'refund' | 'pickup-code' | 'take-back';

/** What can be done about what was paid for and did not drop; each says first what will happen. */
export function Actions({ trace }: { trace: Trace }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const { due, units } = trace;
  const money = format.money(due.amount_cents);
  const unused = units.some(({ code }) => code?.state === 'unused');
  const held = Map.groupBy(
    units.filter(({ state }) => state === 'held'),
    ({ line_id: line }) => line,
  );
  const isDue = due.units > 0;
  if (!may('orders.make-good') || !(isDue || unused || held.size > 0)) return null;
  const buttons = (
    <Flex wrap gap="small">
      {due.refund && (
        <Button type="primary" onClick={() => setOpen('refund')}>
          {text('refund', { money })}
        </Button>
      )}
      {due.pickup_code && <Button onClick={() => setOpen('pickup-code')}>{text('issue', { count: due.units })}</Button>}
      {unused && <Button onClick={() => setOpen('take-back')}>{text('takeBack')}</Button>}
      {[...held].map(([line, of]) => (
        <DecideHeld key={line} order={trace.id} line={line} slot={of[0]?.slot ?? ''} count={of.length} />
      ))}
    </Flex>
  );
  return (
    <div className="order-part">
      {isDue ? (
        <Alert
          type="warning"
          showIcon
          title={text('dueTitle', { count: due.units, money })}
          description={
            <Flex vertical gap="small">
              <span>{text('dueHint')}</span>
              {buttons}
            </Flex>
          }
        />
      ) : (
        buttons
      )}
      <MakeGood trace={trace} open={open} close={close} />
      <TakeBack trace={trace} open={open === 'take-back'} close={close} />
    </div>
  );
}

const makesOld = ['GET /orders', 'GET /problems'];

function MakeGood({ trace, open, close }: { trace: Trace; open: Open | undefined; close: () => void }) {
  const text = useText();
  const format = useFormat();
  const { modal } = App.useApp();
  const { due, units, machine } = trace;
  const kind = open === 'pickup-code' ? 'pickup-code' : 'refund';
  const give = useChange('POST /orders/{order}/make-good', {
    makesOld,
    ...(kind === 'refund' && { said: text('saidRefund') }),
    done({ units: given, expires_at: expiresAt }) {
      close();
      const codes = given.flatMap(({ code, goods }) => (code === null ? [] : [{ code, goods }]));
      if (codes.length === 0) return;
      const until = expiresAt ? format.time(expiresAt) : '';
      modal.success({
        title: text('codesTitle'),
        okText: text('close'),
        content: (
          <>
            {codes.map(({ code, goods }) => (
              <p key={code} className="order-code">
                <b>{code}</b> {goods}
              </p>
            ))}
            <p className="soft">{text('codesHint', { machine: machine.no, at: until })}</p>
          </>
        ),
      });
    },
    // Somebody else was first: the page shows what came of it.
    failed() {
      close();
      return false;
    },
  });
  const money = format.money(due.amount_cents);
  const unsent = units.filter(({ is_due: isDue, state }) => isDue && (state === 'reserved' || state === 'queued')).length;
  const someHeld = units.some(({ is_due: isDue, state }) => isDue && state === 'held');
  const count = due.units;
  const lines =
    kind === 'refund'
      ? [
          text('refundWhat', { count }),
          text('refundWho', { who: trace.channel ?? text('theMachine') }),
          unsent > 0 && text('refundUnsent', { count: unsent }),
          someHeld && text('heldStays'),
        ]
      : [
          text('codeWhat', { machine: machine.no }),
          text('codeBlocks'),
          unsent > 0 && text('refundUnsent', { count: unsent }),
          someHeld && text('heldStays'),
        ];
  return (
    <Confirm
      open={open === 'refund' || open === 'pickup-code'}
      title={kind === 'refund' ? text('refundTitle', { money }) : text('codeTitle', { count })}
      ok={kind === 'refund' ? text('refund', { money }) : text('issue', { count })}
      busy={give.isPending}
      close={close}
      confirm={() => give.mutate({ params: { order: trace.id }, body: { kind } })}
    >
      {lines.filter(Boolean).map((line) => (
        <li key={String(line)}>{line}</li>
      ))}
    </Confirm>
  );
}

function TakeBack({ trace, open, close }: { trace: Trace; open: boolean; close: () => void }) {
  const text = useText();
  const take = useChange('DELETE /orders/{order}/make-good', { makesOld, said: text('saidTakenBack'), done: close });
  return (
    <Confirm
      open={open}
      title={text('takeBackTitle')}
      ok={text('takeBack')}
      busy={take.isPending}
      close={close}
      confirm={() => take.mutate({ params: { order: trace.id } })}
    >
      <li>{text('takeBackWhat')}</li>
    </Confirm>
  );
}

interface Asked {
  open: boolean;
  title: string;
  ok: string;
  busy: boolean;
  close: () => void;
  confirm: () => void;
  children: ReactNode;
}

/** Says what will happen, line by line, before it does. */
function Confirm({ open, title, ok, busy, close, confirm, children }: Asked) {
  const text = useText();
  return (
    <Modal
      open={open}
      title={title}
      okText={ok}
      cancelText={text('cancel')}
      confirmLoading={busy}
      onCancel={close}
      onOk={confirm}
    >
      <ul className="order-what">{children}</ul>
    </Modal>
  );
}
