import { Alert, Button, Flex, Form, Input } from 'antd';
import { Fragment } from 'react';
import type { Answer } from '../../api/client.ts';
import { useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { useFindingText } from './findings.ts';
import type { Whole } from './integration.tsx';
import { useText } from './text.ts';

type Explained = Answer<'POST /integrations/{integration}/workbench'>;

/** A request is pasted; beside it the very text that is to be signed, and where theirs differs. */
export function Workbench({ integration }: { integration: Whole['integration'] }) {
  const text = useText();
  const explain = useChange('POST /integrations/{integration}/workbench');
  return (
    <div className="bench">
      <Form<{ text: string }>
        className="panel"
        layout="vertical"
        requiredMark={false}
        onFinish={(body) => explain.mutate({ params: { integration: integration.id }, body })}
      >
        <p className="soft">{text('pasteAbout')}</p>
        <Form.Item name="text" label={text('paste')} rules={[{ required: true, message: text('needed') }]}>
          <Input.TextArea
            className="mono"
            rows={14}
            spellCheck={false}
            placeholder={"curl -X POST 'https://…' \\\n  -H 'Content-Type: application/json' \\\n  --data-raw '{…}'"}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={explain.isPending}>
          {text('explain')}
        </Button>
      </Form>
      <div aria-live="polite">{explain.data && <Findings explained={explain.data} />}</div>
    </div>
  );
}

function Findings({ explained: { right, findings, signed, request } }: { explained: Explained }) {
  const text = useText();
  const format = useFormat();
  const findingText = useFindingText();
  const said = right ? (signed.length > 0 ? 'right' : 'rightToken') : 'wrong';
  // A time among the data is read in the merchant's zone.
  const inZone = (data: unknown) => {
    const { until, ...rest } = data as { until?: string };
    return until === undefined ? data : { ...rest, until: format.time(until) };
  };
  return (
    <div className="panel stack">
      <Alert type={right ? 'success' : 'error'} showIcon title={text(said)} />
      {findings.map(({ code, level, data }) => (
        <Alert key={code} type={level === 'note' ? 'info' : 'warning'} title={findingText(code, inZone(data))} />
      ))}
      {signed.map((one) => (
        <Signed key={one.what} signed={one} />
      ))}
      <p className="soft" style={{ margin: 0 }}>
        {text('read')} <code>{`${request.method} ${request.url}`}</code> · {text('bodyBytes', { count: request.body_bytes })}
      </p>
    </div>
  );
}

function Signed({ signed: { text: expectedText, expected, found, algorithm, theirs } }: { signed: Explained['signed'][number] }) {
  const text = useText();
  const may = useMay();
  const at = theirs?.differs_at ?? -1;
  return (
    <div className="stack">
      <div>
        <h3 className="sub">{text('textExpected')}</h3>
        <Text text={expectedText} mark={at} />
      </div>
      {theirs && (
        <div>
          <h3 className="sub">{text('textTheirs')}</h3>
          <Text text={theirs.text} mark={at} />
          {at >= 0 && <p className="soft">{text('differsAt', { at: at + 1 })}</p>}
        </div>
      )}
      <dl className="facts">
        <div>
          <dt>
            {text('hashExpected')} ({algorithm})
          </dt>
          <dd>
            {expected === null ? (
              <span className="soft">{may('integrations.write') ? '–' : text('hiddenHash')}</span>
            ) : (
              <code>{expected}</code>
            )}
          </dd>
        </div>
        <div>
          <dt>{text('hashFound')}</dt>
          <dd>
            <code>{found || '–'}</code>
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** A text with the places of secrets set off, and what differs first: a character, or a whole such place. */
function Text({ text, mark }: { text: string; mark: number }) {
  const [place = ''] = mark < 0 ? [] : (/^‹[^›]+›/.exec(text.slice(mark)) ?? []);
  const end = mark < 0 ? -1 : mark + Math.max(1, place.length);
  return (
    <pre className="code-text">
      <WithKeys text={mark < 0 ? text : text.slice(0, mark)} />
      {mark >= 0 && <mark>{text.slice(mark, end) || ' '}</mark>}
      {mark >= 0 && <WithKeys text={text.slice(end)} />}
    </pre>
  );
}

function WithKeys({ text }: { text: string }) {
  const parts = text.split(/(‹[^›]+›)/);
  return (
    <>
      {parts.map((part, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stay where they are.
        <Fragment key={n}>{part.startsWith('‹') ? <span className="key">{part}</span> : part}</Fragment>
      ))}
    </>
  );
}

/** For texts that are shown as they are. */
export function Plain({ text }: { text: string }) {
  return (
    <Flex vertical>
      <pre className="code-text">{text}</pre>
    </Flex>
  );
}
