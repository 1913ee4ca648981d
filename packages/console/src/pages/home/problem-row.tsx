import {
  ApiOutlined,
  BellOutlined,
  BookOutlined,
  DisconnectOutlined,
  DollarOutlined,
  ExclamationCircleOutlined,
  InboxOutlined,
  QuestionCircleOutlined,
  ToolOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import type { ComponentType } from 'react';
import { Link, useNavigate } from 'react-router';
import { useChange } from '../../api/hooks.ts';
import { type Permission, useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { useLanguage } from '../../shared/text.ts';
import { describeProblem, type Problem } from './describe-problem.ts';
import { useText } from './text.ts';

const icons: Readonly<Record<Problem['kind'], ComponentType>> = {
  'machine-offline': DisconnectOutlined,
  'slot-fault': ToolOutlined,
  'sold-out': InboxOutlined,
  'slot-short': WarningOutlined,
  'paid-without-goods': DollarOutlined,
  'remote-order-undecided': QuestionCircleOutlined,
  conflict: ExclamationCircleOutlined,
  'notifications-failing': BellOutlined,
  'imports-stuck': BookOutlined,
  'mirror-failing': ApiOutlined,
  'books-differ': BookOutlined,
  'messages-refused': ApiOutlined,
};

/** What one needs for the action; who may not do it has the way to the cause alone. */
const needs: Readonly<Record<string, Permission>> = {
  'test-dispense': 'machines.command',
  refill: 'stock.write',
  count: 'stock.write',
  'make-good': 'orders.make-good',
  acknowledge: 'orders.make-good',
  replay: 'notifications.replay',
};

/** One problem on one line: what, where, since when, what it costs; the way to its cause, and what can be done. */
export function ProblemRow({ problem }: { problem: Problem }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const { kind, machine, since, cost_cents: cents, cost_per: per, action } = problem;
  const Icon = icons[kind];
  const described = describeProblem(problem, text, useLanguage());
  const needed = needs[action];
  const money = cents === null || cents === 0 ? undefined : format.money(cents);
  return (
    <li className={`problem ${kind}`}>
      <span className="problem-icon" title={text(kind)}>
        <Icon />
      </span>
      <div className="problem-what">
        <Link to={described.path}>
          {machine && <b>{machine.name || machine.no}</b>} {described.what}
        </Link>
        <span className="soft problem-where">
          {[!machine?.name.includes(machine.no) && machine?.no, machine?.site, since && text('since', { ago: format.ago(since) })]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <span className="problem-cost number">
        {money !== undefined &&
          (per === 'day' ? <Tooltip title={text('estimated')}>{text('aDay', { money })}</Tooltip> : text('once', { money }))}
      </span>
      <span className="problem-action">
        {(needed === undefined || may(needed)) && <Action problem={problem} path={described.actionPath} />}
      </span>
    </li>
  );
}

function Action({ problem, path }: { problem: Problem; path: string | undefined }) {
  const text = useText();
  const navigate = useNavigate();
  const see = useChange('POST /problems/{key}/acknowledge', { makesOld: ['GET /problems'], said: text('acknowledged') });
  const label = text(problem.action as Parameters<typeof text>[0]);
  const named = { 'aria-label': [label, problem.machine?.name].filter(Boolean).join(' ') };
  if (path === undefined) {
    return (
      <Button size="small" {...named} loading={see.isPending} onClick={() => see.mutate({ params: { key: problem.key } })}>
        {label}
      </Button>
    );
  }
  return (
    <Button size="small" {...named} href={path} onClick={(event) => go(event, () => void navigate(path))}>
      {label}
    </Button>
  );
}

/** A link within the page: another tab where that is asked for. */
function go(event: { preventDefault(): void; metaKey: boolean; ctrlKey: boolean }, navigate: () => void): void {
  if (event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  navigate();
}
