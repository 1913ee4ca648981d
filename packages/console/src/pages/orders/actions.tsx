import { Alert, App, Button, Flex, Modal, Typography } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { focusHeading } from '../../shared/focus-back.ts';
import { useFormat } from '../../shared/format.ts';
import { DecideHeld } from './decide-held.tsx';
import type { Trace } from './order.tsx';
import { useText } from './text.ts';

/** What is being asked, and how often the order had been made good when it was. */
interface Open {
  what: 'refund' | 'pickup-code' | 'take-back';
  madeGood: number;
}

/** What can be done about what was paid for and did not drop; each says first what will happen. */
export function Actions({ trace }: { trace: Trace }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const [open, setOpen] = useState<Open>();
  const ask = (what: Open['what']) => setOpen({ what, madeGood: trace.made_good.length });
  const close = () => setOpen(undefined);
  const { due, units } = trace;
  const money = format.money(due.amount_cents);
  const unused = units.some(({ code }) => code?.state === 'unused');
  const held = Map.groupBy(
    units.filter(({ state }) => state === 'held'),
    ({ line_id: line }) => line,
  );
  const isDue = due.units > 0;
  if (!may('orders.make-good')) return null;
  const buttons = (
    <Flex wrap gap="small">
      {due.refund && (
        <Button type="primary" onClick={() => ask('refund')}>
          {text('refund', { money })}
        </Button>
      )}
      {due.pickup_code && <Button onClick={() => ask('pickup-code')}>{text('issue', { count: due.units })}</Button>}
      {unused && <Button onClick={() => ask('take-back')}>{text('takeBack')}</Button>}
      {[...held].map(([line, of]) => (
        <DecideHeld key={line} order={trace.id} line={line} slot={of[0]?.slot ?? ''} count={of.length} />
      ))}
    </Flex>
  );
  return (
    <>
      {(isDue || unused || held.size > 0) && (
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
        </div>
      )}
      <MakeGood trace={trace} open={open} close={close} />
      <TakeBack trace={trace} open={open?.what === 'take-back'} close={close} />
    </>
  );
}

const makesOld = ['GET /orders', 'GET /problems'];

function MakeGood({ trace, open, close }: { trace: Trace; open: Open | undefined; close: () => void }) {
  const text = useText();
  const format = useFormat();
  const { modal } = App.useApp();
  const isEnded = useRef(false);
  const { due, units, machine } = trace;
  const kind = open?.what === 'pickup-code' ? 'pickup-code' : 'refund';
  const give = useChange('POST /orders/{order}/make-good', {
    makesOld,
    ...(kind === 'refund' && { said: text('saidRefund') }),
    done({ units: given, expires_at: expiresAt }) {
      close();
      const codes = given.flatMap(({ code, goods }) => (code === null ? [] : [{ code, goods }]));
      // The button that was pressed goes with what was due.
      isEnded.current = codes.length === 0;
      if (codes.length === 0) return;
      const until = expiresAt ? format.time(expiresAt) : '';
      modal.success({
        title: text('codesTitle'),
        okText: text('close'),
        afterClose: focusHeading,
        content: (
          <>
            {codes.map(({ code, goods }) => (
              <p key={code} className="order-code">
                <Typography.Text strong copyable={{ text: code }}>
                  {code}
                </Typography.Text>{' '}
                {goods}
              </p>
            ))}
            <p className="soft">{text('codesHint', { machine: machine.no, at: until })}</p>
          </>
        ),
      });
    },
    // Somebody else was first: the page shows what came of it.
    failed() {
      isEnded.current = true;
      close();
      return false;
    },
  });
  const money = format.money(due.amount_cents);
  const unsent = units.filter(({ is_due: isDue, state }) => isDue && (state === 'reserved' || state === 'queued')).length;
  const someHeld = units.some(({ is_due: isDue, state }) => isDue && state === 'held');
  const count = due.units;
  const isOpen = open?.what === 'refund' || open?.what === 'pickup-code';
  const meanwhile = isOpen && !give.isPending && !(kind === 'refund' ? due.refund : due.pickup_code);
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
      open={isOpen}
      title={
        meanwhile
          ? text('order', { id: trace.id })
          : kind === 'refund'
            ? text('refundTitle', { money })
            : text('codeTitle', { count })
      }
      ok={kind === 'refund' ? text('refund', { money }) : text('issue', { count })}
      busy={give.isPending}
      close={close}
      {...(meanwhile && { meanwhile: madeMeanwhile(trace, open?.madeGood ?? 0) })}
      afterClose={() => {
        if (isEnded.current) focusHeading();
        isEnded.current = false;
      }}
      confirm={() => give.mutate({ params: { order: trace.id }, body: { kind } })}
    >
      {lines.filter(Boolean).map((line) => (
        <li key={String(line)}>{line}</li>
      ))}
    </Confirm>
  );

  /** Who was first, and what they gave. */
  function madeMeanwhile({ made_good: given }: Trace, known: number): string {
    const last = given.slice(known).at(-1);
    if (!last) return text('nothingDue');
    const sum = given.slice(known).reduce((cents, { amount_cents: one }) => cents + one, 0);
    const values = { by: last.by, money: format.money(sum) };
    return text(last.kind === 'refund' ? 'madeMeanwhileRefund' : 'madeMeanwhileCode', values);
  }
}

function TakeBack({ trace, open, close }: { trace: Trace; open: boolean; close: () => void }) {
  const text = useText();
  const unused = trace.units.some(({ code }) => code?.state === 'unused');
  const take = useChange('DELETE /orders/{order}/make-good', { makesOld, said: text('saidTakenBack'), done: close });
  return (
    <Confirm
      open={open}
      title={text('takeBackTitle')}
      ok={text('takeBack')}
      busy={take.isPending}
      close={close}
      {...(open && !unused && !take.isPending && { meanwhile: text('noCodes') })}
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
  /** What happened while it was being asked, so that there is nothing left to confirm. */
  meanwhile?: string;
  afterClose?: () => void;
  children: ReactNode;
}

/** Says what will happen, line by line, before it does. */
function Confirm({ open, title, ok, busy, close, confirm, meanwhile, afterClose, children }: Asked) {
  const text = useText();
  return (
    <Modal
      open={open}
      title={title}
      okText={ok}
      cancelText={text(meanwhile === undefined ? 'cancel' : 'close')}
      footer={(_, { CancelBtn, OkBtn }) => (
        <>
          <CancelBtn />
          {meanwhile === undefined && <OkBtn />}
        </>
      )}
      confirmLoading={busy}
      onCancel={close}
      onOk={confirm}
      afterClose={() => {
        afterClose?.();
        // What it was opened from went meanwhile.
        if (document.activeElement?.matches('body, .ant-modal-wrap *')) focusHeading();
      }}
    >
      {meanwhile === undefined ? (
        <ul className="order-what">{children}</ul>
      ) : (
        <Alert type="info" showIcon role="status" title={meanwhile} />
      )}
    </Modal>
  );
}
