import {
  BellOutlined,
  BookOutlined,
  CheckCircleOutlined,
  CloseCircleOutlined,
  CloudServerOutlined,
  DollarOutlined,
  ExclamationCircleOutlined,
  FileTextOutlined,
  InboxOutlined,
  QrcodeOutlined,
  RightCircleOutlined,
  SendOutlined,
} from '@ant-design/icons';
import { Button, Flex, Segmented } from 'antd';
import { type ComponentType, useState } from 'react';
import { useFormat } from '../../shared/format.ts';
import { useWhoText } from '../machines/event-text.ts';
import { isMain, type Step, toneOf, useDescribeStep } from './describe-step.ts';
import type { Trace } from './order.tsx';
import { RawMessage } from './raw-message.tsx';
import { useText } from './text.ts';

const icons: Readonly<Record<Step['what'], ComponentType>> = {
  event: RightCircleOutlined,
  payment: DollarOutlined,
  stock: InboxOutlined,
  command: SendOutlined,
  answer: CheckCircleOutlined,
  outcome: CloudServerOutlined,
  code: QrcodeOutlined,
  notification: BellOutlined,
  attempt: BellOutlined,
  bill: FileTextOutlined,
  import: BookOutlined,
};

const toneIcons: Partial<Record<ReturnType<typeof toneOf>, ComponentType>> = {
  bad: CloseCircleOutlined,
  warn: ExclamationCircleOutlined,
};

/** Of another platform: it called, was asked, or is a mall whose code was typed. */
const others: ReadonlySet<string> = new Set(['push', 'poll', 'mall']);

/** Step by step what happened, each with the message behind it, or what the ledger wrote down, one click away. */
export function Timeline({ trace }: { trace: Trace }) {
  const text = useText();
  const format = useFormat();
  const [all, setAll] = useState(false);
  const { steps } = trace;
  const shown = all ? steps : steps.filter(isMain);
  return (
    <section className="panel order-part">
      <Flex wrap gap="small" justify="space-between" align="center">
        <h2 className="order-heading">{text('life')}</h2>
        <Segmented<boolean>
          size="small"
          value={all}
          onChange={setAll}
          options={[
            { value: false, label: text('mainSteps') },
            { value: true, label: text('everything', { count: steps.length }) },
          ]}
        />
      </Flex>
      <ol className="steps">
        {shown.map((step, n) => {
          const day = format.date(step.at);
          const before = shown[n - 1];
          return (
            <StepRow
              key={step.ref}
              order={trace.id}
              step={step}
              day={before && format.date(before.at) === day ? undefined : day}
            />
          );
        })}
      </ol>
    </section>
  );
}

function StepRow({ order, step, day }: { order: number; step: Step; day: string | undefined }) {
  const text = useText();
  const format = useFormat();
  const describe = useDescribeStep();
  const whoText = useWhoText();
  const [open, setOpen] = useState(false);
  const tone = toneOf(step);
  const Icon = toneIcons[tone] ?? icons[step.what];
  const { title, detail } = describe(step);
  return (
    <li className={`step ${tone}`}>
      {day !== undefined && <div className="step-day soft">{day}</div>}
      <time dateTime={step.at} className="soft">
        {format.clock(step.at)}
      </time>
      <span className="step-icon">
        <Icon />
      </span>
      <div className="step-what">
        <span className="step-title">{title}</span>
        {detail !== '' && <span className="soft step-detail">{detail}</span>}
        {step.by !== '' && <span className="soft step-detail">{others.has(step.by) ? text('byOther') : whoText(step.by)}</span>}
        <Button size="small" type="link" aria-expanded={open} className="step-more" onClick={() => setOpen(!open)}>
          {text(open ? 'hideMessage' : step.has_message ? 'message' : 'record')}
        </Button>
        {open && <RawMessage order={order} step={step} />}
      </div>
    </li>
  );
}
