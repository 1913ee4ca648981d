import { Alert, Button, Modal, Popconfirm, Tabs } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useSession } from '../../api/session.tsx';
import { useErrorText } from '../../shared/error-text.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import NotFound from '../not-found.tsx';
import {
  bodyOf,
  changedIn,
  type Draft,
  type Drafting,
  fillable,
  isTooLate,
  lineOf,
  type MachineNeeds,
  type Slot,
  summaryOf,
  useDraft,
} from './draft.ts';
import { Legend, SlotGrid } from './slot-grid.tsx';
import { SlotSheet } from './slot-sheet.tsx';
import { useText } from './text.ts';
import { VisitDone } from './visit-done.tsx';
import { Visits } from './visits.tsx';
import './refill.css';

/** Who stands at the machine: fills, counts and empties its slots, and records it all at once. */
export default function Visit() {
  const { user } = useSession();
  const machine = Number(useParams().machine);
  if (!Number.isSafeInteger(machine) || machine <= 0) return <NotFound />;
  return <AtMachine key={`${user.id} ${machine}`} machine={machine} />;
}

function AtMachine({ machine }: { machine: number }) {
  const text = useText();
  const read = useRead(
    'GET /machines/{machine}/refill-plan',
    { params: { machine } },
    { live: ['refill', 'slot'], every: 30_000 },
  );
  const [done, setDone] = useState<Answer<'POST /machines/{machine}/visits'>>();
  return (
    <Page
      title={read.data ? `${text('title')} · ${read.data.name}` : text('title')}
      extra={<Link to="/refill">{text('back')}</Link>}
    >
      <Loaded read={read}>
        {(needs) =>
          done ? (
            <VisitDone machine={machine} done={done} again={() => setDone(undefined)} />
          ) : (
            <Filling
              needs={needs}
              ahead={Date.parse(needs.as_of) - read.dataUpdatedAt}
              lookAgain={() => void read.refetch()}
              done={setDone}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

interface FillingProps {
  needs: MachineNeeds;
  /** Milliseconds by which the hub's clock is ahead of this one. */
  ahead: number;
  lookAgain: () => void;
  done: (answer: Answer<'POST /machines/{machine}/visits'>) => void;
}

function Filling({ needs, ahead, lookAgain, done }: FillingProps) {
  const text = useText();
  const format = useFormat();
  const drafting = useDraft(needs.id);
  const { draft, isFromBefore, setLines, leaveOut } = drafting;
  const [open, setOpen] = useState<number>();
  const slots = needs.cabinets.flatMap((cabinet) => cabinet.slots);
  const opened = slots.find(({ id }) => id === open);
  const changed = changedIn(slots, draft);
  const other = useOther(needs.id, draft, ahead);
  const grid = (some: readonly Slot[]) => (
    <SlotGrid slots={some} draft={draft} open={({ id }) => !draft?.isSent && setOpen(id)} />
  );
  const [only] = needs.cabinets;
  return (
    <>
      <div className="visit-facts">
        <span>{needs.machine_no}</span>
        {needs.site_name !== '' && <span>{needs.site_name}</span>}
        <span>
          {text('lastRefill')}: {needs.last_refilled_at ? format.ago(needs.last_refilled_at) : text('never')}
        </span>
        <span>
          {text('sinceRefill')}: {text('sold', { count: needs.since_refill.units })} ·{' '}
          {format.money(needs.since_refill.amount_cents)}
        </span>
      </div>
      {draft && isFromBefore && !draft.isSent && (
        <Alert
          style={{ marginBottom: 12 }}
          type="info"
          showIcon
          title={text('fromBefore', { time: format.time(draft.begunAt) })}
        />
      )}
      {other && <Alert style={{ marginBottom: 12 }} type="warning" showIcon title={other} />}
      {only && needs.cabinets.length === 1 ? (
        grid(only.slots)
      ) : (
        <Tabs
          items={needs.cabinets.map((cabinet) => ({
            key: String(cabinet.id),
            label: cabinet.name,
            children: grid(cabinet.slots),
          }))}
        />
      )}
      <Legend />
      <Visits machine={needs.id} />
      <Foot needs={needs} ahead={ahead} lookAgain={lookAgain} slots={slots} drafting={drafting} other={other} done={done} />
      {opened && !draft?.isSent && (
        <SlotSheet
          slot={opened}
          line={lineOf(opened, draft)}
          changed={isTooLate(opened, draft) ? 'tooLate' : changed.some(({ id }) => id === opened.id) ? 'otherGoods' : undefined}
          change={(line) => (line ? setLines([[opened, line]]) : leaveOut([opened.id]))}
          close={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

/** Says who recorded a visit at this machine after the draft was begun: what is to be done may be done. */
function useOther(machine: number, draft: Draft | undefined, ahead: number): string | undefined {
  const text = useText();
  const format = useFormat();
  const isOpen = draft !== undefined && !draft.isSent;
  const read = useRead(
    'GET /machines/{machine}/visits',
    { params: { machine }, query: { limit: 1 } },
    { live: ['refill', 'stock'], enabled: isOpen, every: 30_000 },
  );
  const [last] = read.data?.items ?? [];
  if (!isOpen || !last || Date.parse(last.done_at) <= Date.parse(draft.begunAt) + ahead) return undefined;
  return text('otherVisit', { who: last.visitor, time: format.time(last.done_at) });
}

/** Milliseconds after which what was not answered is sent again. */
const again = 10_000;

interface FootProps extends FillingProps {
  slots: readonly Slot[];
  drafting: Drafting;
  /** Somebody else was here meanwhile. */
  other: string | undefined;
}

function Foot({ needs, ahead, lookAgain, slots, drafting, other, done }: FootProps) {
  const text = useText();
  const errorText = useErrorText();
  const { draft, setLines, leaveOut, setSent, setRefused, clear } = drafting;
  const [isReviewing, setReviewing] = useState(false);
  const [problem, setProblem] = useState('');
  const record = useChange('POST /machines/{machine}/visits', {
    makesOld: ['GET /refill-plan', 'GET /machines', 'GET /pick-list'],
    done(answer) {
      clear();
      done(answer);
    },
    failed(error) {
      // A refusal is an answer: nothing was done, and the draft may be mended. All else may have been recorded.
      const isRefused = error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 429;
      if (isRefused) {
        setRefused();
        lookAgain();
      }
      setProblem(isRefused || error.status === 401 ? errorText(error) : '');
      return true;
    },
  });
  const { done: lines, idle, added, out, counted, problems } = summaryOf(slots, draft);
  const changed = changedIn(slots, draft);
  const mayRecord = lines.length > 0 && problems.length === 0 && changed.length === 0;
  const send = useRef(() => {});
  send.current = () => {
    if (!draft || record.isPending) return;
    setProblem('');
    setReviewing(false);
    const sent = setSent(new Date(Date.now() + ahead).toISOString(), idle);
    if (sent) record.mutate({ params: { machine: needs.id }, body: bodyOf(sent) });
  };
  const isSent = draft?.isSent ?? false;
  useEffect(() => {
    if (!isSent) return;
    const resend = () => send.current();
    const timer = setInterval(resend, again);
    window.addEventListener('online', resend);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', resend);
    };
  }, [isSent]);
  // Sent before the page was opened, and never answered.
  const first = useRef(isSent);
  useEffect(() => {
    if (first.current) send.current();
    first.current = false;
  }, []);

  const toFill = fillable(slots, draft);
  const summary = [
    text('summarySlots', { count: lines.length }),
    ...(added > 0 && !isSent ? [text('summaryIn', { count: added })] : []),
    ...(out > 0 ? [text('summaryOut', { count: out })] : []),
    ...(counted > 0 ? [text('summaryCounted', { count: counted })] : []),
  ].join(' · ');

  return (
    <div className="visit-foot no-print">
      <InTheWay why="changed" slots={changed} leaveOut={leaveOut} />
      {!isSent && <InTheWay why="wrong" slots={problems.map(({ slot }) => slot)} leaveOut={leaveOut} />}
      {problem !== '' && changed.length === 0 && <Alert type="error" showIcon title={problem} style={{ marginBottom: 8 }} />}
      {isSent && !record.isPending && problem === '' && (
        <Alert
          type="warning"
          showIcon
          title={text('notAnswered')}
          style={{ marginBottom: 8 }}
          action={
            <Button size="small" onClick={() => send.current()}>
              {text('again')}
            </Button>
          }
        />
      )}
      <div className="visit-sum" aria-live="polite">
        {record.isPending ? text('sending') : lines.length > 0 ? summary : text('nothingDone')}
      </div>
      <div className="visit-buttons">
        {draft && !isSent && (
          <Popconfirm title={text('discardAsk')} onConfirm={clear}>
            <Button type="text">{text('discard')}</Button>
          </Popconfirm>
        )}
        <Button
          onClick={() => setLines(toFill.map((slot) => [slot, { ...lineOf(slot, draft), added: 'full' }]))}
          disabled={isSent || toFill.length === 0}
        >
          {text('fillAll')}
        </Button>
        <Button
          type="primary"
          disabled={!isSent && !mayRecord}
          loading={record.isPending}
          onClick={() => (isSent ? send.current() : setReviewing(true))}
        >
          {text('done')}
        </Button>
      </div>
      <Modal
        open={isReviewing}
        title={text('review')}
        okText={text('record')}
        okButtonProps={{ disabled: !mayRecord }}
        onOk={() => send.current()}
        onCancel={() => setReviewing(false)}
      >
        {other && <Alert style={{ marginBottom: 8 }} type="warning" showIcon title={other} />}
        <table className="pick-table">
          <tbody>
            {lines.map(({ slot, line, outcome }) => (
              <tr key={slot.id}>
                <td>
                  <b>{slot.name}</b> {slot.goods?.name}
                </td>
                <td className="number">
                  {line.counted !== undefined && <div>{text('summaryCounted', { count: line.counted })}</div>}
                  {outcome.out > 0 && <div>{text('summaryOut', { count: outcome.out })}</div>}
                  {outcome.added > 0 && <div>{text('summaryIn', { count: outcome.added })}</div>}
                </td>
                <td className="number">
                  {outcome.after}/{slot.capacity}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p style={{ margin: '10px 0 0' }}>
          <b>{summary}</b>
        </p>
      </Modal>
    </div>
  );
}

/** Slots for which the visit cannot be recorded as it is. */
function InTheWay({
  why,
  slots,
  leaveOut,
}: {
  why: 'changed' | 'wrong';
  slots: readonly { id: number; name: string }[];
  leaveOut: (slotIds: readonly number[]) => void;
}) {
  const text = useText();
  if (slots.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={text(why, { slots: slots.map(({ name }) => name).join(', ') })}
      style={{ marginBottom: 8 }}
      action={
        <Button size="small" onClick={() => leaveOut(slots.map(({ id }) => id))}>
          {text('leaveOut')}
        </Button>
      }
    />
  );
}
