import { Alert, Button, Flex, Form, type FormInstance, Select, Tag, Input as TextInput, Typography } from 'antd';
import { useState } from 'react';
import type { Answer, Input } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useAtField } from '../../shared/at-field.ts';
import { Loaded } from '../../shared/page.tsx';
import type { Whole } from './integration.tsx';
import { useText } from './text.ts';
import { useCallWords, useKindWords } from './words.ts';
import { Plain } from './workbench.tsx';

type Calls = Answer<'GET /integrations/{integration}/calls'>;
type Call = Calls['items'][number];
type Tried = Answer<'POST /integrations/{integration}/try'>;

interface Values {
  path?: Record<string, string>;
  fields?: Record<string, string>;
  secrets?: Record<string, string>;
}

/** What is needed of a field's JSON Schema. */
interface FieldSchema {
  type?: string;
  description?: string;
  items?: unknown;
  anyOf?: readonly { type?: string }[];
}

/** Chooses a call, fills it in, and has it signed and sent to the hub itself. */
export function TryCall({ integration: { id, dialect } }: { integration: Whole['integration'] }) {
  const text = useText();
  const words = useCallWords(dialect);
  const read = useRead('GET /integrations/{integration}/calls', { params: { integration: id } });
  const may = useMay();
  const [name, setName] = useState<string>();
  const [form] = Form.useForm<Values>();
  const tried = useChange('POST /integrations/{integration}/try', {
    makesOld: ['GET /integrations'],
    failed: useAtField(form),
  });
  return (
    <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('noCalls')}>
      {({ items, asks }) => {
        const call = items.find((one) => one.name === name) ?? items[0];
        return (
          <div className="bench">
            <div className="panel stack">
              <Alert type="info" title={text('tryAbout')} />
              <Flex vertical gap={4}>
                <label htmlFor="try-call">{text('call')}</label>
                <Select
                  id="try-call"
                  showSearch={{ optionFilterProp: 'label' }}
                  {...(call && { value: call.name })}
                  onChange={(next: string) => {
                    setName(next);
                    tried.reset();
                  }}
                  options={items.map((one) => ({
                    value: one.name,
                    label: `${words.call(one.name, one.summary)} · ${one.method} ${one.path}`,
                  }))}
                />
              </Flex>
              {call && (
                <CallForm
                  key={call.name}
                  form={form}
                  words={words}
                  call={call}
                  asks={asks}
                  disabled={!may('integrations.write')}
                  busy={tried.isPending}
                  send={(body) => tried.mutate({ params: { integration: id }, body })}
                />
              )}
            </div>
            <div aria-live="polite">{tried.data && <TriedCall tried={tried.data} />}</div>
          </div>
        );
      }}
    </Loaded>
  );
}

interface CallFormProps {
  words: ReturnType<typeof useCallWords>;
  form: FormInstance<Values>;
  call: Call;
  asks: Calls['asks'];
  disabled: boolean;
  busy: boolean;
  send: (body: Input<'POST /integrations/{integration}/try'>['body']) => void;
}

function CallForm({ form, words, call, asks, disabled, busy, send }: CallFormProps) {
  const text = useText();
  const kindWords = useKindWords();
  const parts = [...call.path.matchAll(/:(\w+)/g)].map(([, part = '']) => part);
  const schema = (call.fields ?? {}) as { properties?: Record<string, FieldSchema>; required?: string[]; type?: string };
  const fields = Object.entries(schema.properties ?? {});
  function submit({ path = {}, fields: given = {}, secrets = {} }: Values) {
    const values = Object.fromEntries(
      fields.flatMap(([name, field]) => (given[name] ? [[name, typedValue(given[name], field)] as const] : [])),
    );
    send({ call: call.name, path, fields: values, secrets });
  }
  return (
    <Form<Values>
      form={form}
      preserve={false}
      layout="vertical"
      requiredMark={false}
      className="narrow"
      disabled={disabled}
      onFinish={submit}
    >
      {asks.map(({ name, about }) => (
        <Form.Item
          key={name}
          name={['secrets', name]}
          label={
            <span>
              {kindWords.field(name, about)} <code className="soft">{name}</code>
            </span>
          }
          extra={text('secretAsk')}
          rules={[{ required: true, message: text('needed') }]}
        >
          <TextInput.Password autoComplete="off" />
        </Form.Item>
      ))}
      {parts.map((part) => (
        <Form.Item
          key={part}
          name={['path', part]}
          label={
            <span>
              {words.part(part)} <code className="soft">{part}</code> <span className="soft">{text('inPath')}</span>
            </span>
          }
          rules={[{ required: true, message: text('needed') }]}
        >
          <TextInput autoComplete="off" />
        </Form.Item>
      ))}
      {fields.map(([name, field]) => (
        <Form.Item
          key={name}
          name={['fields', name]}
          label={
            <span>
              {words.field(name, field.description)} <code className="soft">{name}</code>{' '}
              {isNested(field) && <Tag>{text('json')}</Tag>}
            </span>
          }
          rules={[
            ...(schema.required?.includes(name) ? [{ required: true, message: text('needed') }] : []),
            ...(isNested(field) ? [{ validator: (_: unknown, value: string) => isJson(value, text('badJson')) }] : []),
          ]}
        >
          {isNested(field) ? (
            <TextInput.TextArea className="mono" autoSize={{ minRows: 2, maxRows: 10 }} />
          ) : (
            <TextInput autoComplete="off" />
          )}
        </Form.Item>
      ))}
      {fields.length + parts.length === 0 && <p className="soft">{text('noFields')}</p>}
      {call.writes && <Alert type="warning" showIcon title={text('acts')} style={{ marginBottom: 12 }} />}
      <Button type="primary" danger={call.writes} htmlType="submit" loading={busy}>
        {text(call.writes ? 'sendActs' : 'send')}
      </Button>
    </Form>
  );
}

function TriedCall({ tried: { request, curl, status, answer, cut, milliseconds } }: { tried: Tried }) {
  const text = useText();
  const lines = [`${request.method} ${request.url}`, ...request.headers.map(({ name, value }) => `${name}: ${value}`)];
  return (
    <div className="panel stack">
      <div>
        <h3 className="sub">
          {text('answer')} <Tag color={status < 400 ? 'green' : 'red'}>{status}</Tag>{' '}
          <span className="soft">{text('took', { ms: milliseconds })}</span>
        </h3>
        <Plain text={pretty(answer)} />
        {cut && <p className="soft">{text('cut')}</p>}
      </div>
      <div>
        <h3 className="sub">
          {text('request')}{' '}
          <Typography.Text copyable={{ text: curl, tooltips: text('asCurl') }} className="soft">
            {text('asCurl')}
          </Typography.Text>
        </h3>
        <Plain text={[...lines, '', request.body].join('\n')} />
      </div>
    </div>
  );
}

const isNested = ({ type, anyOf, items }: FieldSchema): boolean =>
  type === 'array' ||
  type === 'object' ||
  items !== undefined ||
  (anyOf?.some((one) => one.type === 'array' || one.type === 'object') ?? false);

function typedValue(given: string, field: FieldSchema): unknown {
  if (isNested(field)) return JSON.parse(given) as unknown;
  if ((field.type === 'integer' || field.type === 'number') && /^-?\d+(\.\d+)?$/.test(given)) return Number(given);
  if (field.type === 'boolean') return given === 'true';
  return given;
}

async function isJson(value: string | undefined, message: string): Promise<void> {
  if (!value) return;
  try {
    JSON.parse(value);
  } catch {
    throw new Error(message);
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
