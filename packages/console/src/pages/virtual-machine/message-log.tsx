import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { Checkbox } from 'antd';
import { useState } from 'react';
import { useFormat } from '../../shared/format.ts';
import { useLanguage } from '../../shared/text.ts';
import type { FrontSlot } from './machine-front.tsx';
import { gistOf, methodName, quietMethods } from './methods.ts';
import { useText } from './text.ts';
import type { PassedMessage } from './use-feed.ts';

/** What passes between machine and hub, readable; its bytes where one wants to see them. */
export function MessageLog({ messages, slots }: { messages: readonly PassedMessage[]; slots: readonly FrontSlot[] }) {
  const text = useText();
  const [quiet, setQuiet] = useState(true);
  const shown = messages.filter(({ method }) => !quiet || !quietMethods.has(method));
  return (
    <section className="panel vm-messages" aria-label={text('messages')}>
      <div className="vm-messages-head">
        <h2>{text('messages')}</h2>
        <Checkbox checked={quiet} onChange={({ target }) => setQuiet(target.checked)}>
          {text('quiet')}
        </Checkbox>
      </div>
      <p className="soft">{text('messagesWhy')}</p>
      {shown.length === 0 && <p className="soft">{text('noMessages')}</p>}
      <ol>
        {shown.map((message) => (
          <Message key={message.n} message={message} slots={slots} />
        ))}
      </ol>
    </section>
  );
}

function Message({ message, slots }: { message: PassedMessage; slots: readonly FrontSlot[] }) {
  const text = useText();
  const format = useFormat();
  const language = useLanguage();
  const { at, direction, method, fields, topic, payload } = message;
  const isUp = direction === 'from-machine';
  return (
    <li>
      <details>
        <summary>
          <span className={isUp ? 'vm-up' : 'vm-down'} title={text(isUp ? 'fromMachine' : 'toMachine')}>
            {isUp ? <ArrowUpOutlined aria-label={text('fromMachine')} /> : <ArrowDownOutlined aria-label={text('toMachine')} />}
          </span>
          <time dateTime={at}>{format.clock(at)}</time>
          <span className="vm-what">
            {methodName(method, language)} <span className="soft">{gistOf(method, fields, slots)}</span>
          </span>
          <code>{method}</code>
        </summary>
        <dl className="facts">
          <div>
            <dt>{text('topic')}</dt>
            <dd>
              <code>{topic}</code>
            </dd>
          </div>
          <div>
            <dt>{text('fields')}</dt>
            <dd>
              <pre>{JSON.stringify(fields, null, 2)}</pre>
            </dd>
          </div>
          <div>
            <dt>{text('raw')}</dt>
            <dd>
              <code className="vm-raw">{payload}</code>
            </dd>
          </div>
        </dl>
      </details>
    </li>
  );
}
