import { Alert, Button, Collapse, Flex, Form, Input, Result } from 'antd';
import { useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useAtField } from '../../shared/at-field.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { ToldOnce } from '../../shared/told-once.tsx';
import './integrations.css';
import { LinkButton } from '../../shared/link-button.tsx';
import { FieldInput, filled } from './field-input.tsx';
import { useText } from './text.ts';
import { useKindWords } from './words.ts';

type Kind = Answer<'GET /dialects'>['items'][number];

/** Chooses what is to be connected, fills in what it needs, and tells the credentials once. */
export default function NewIntegration() {
  const text = useText();
  const read = useRead('GET /dialects', {});
  const [kind, setKind] = useState<Kind>();
  return (
    <Page title={text('new')}>
      <Loaded read={read}>
        {({ items }) =>
          kind ? <Details kind={kind} back={() => setKind(undefined)} /> : <Choice kinds={items} choose={setKind} />
        }
      </Loaded>
    </Page>
  );
}

function Choice({ kinds, choose }: { kinds: Kind[]; choose: (kind: Kind) => void }) {
  const text = useText();
  const words = useKindWords();
  return (
    <>
      <p className="soft">{text('chooseAbout')}</p>
      <ul className="kinds" aria-label={text('choose')}>
        {kinds.map((kind) => (
          <li key={`${kind.dialect}/${kind.role}`}>
            <button type="button" className="panel kind" onClick={() => choose(kind)}>
              <strong>{words.name(kind.dialect, kind.role)}</strong>
              <span className="soft">{words.about(kind.dialect, kind.role, kind.summary)}</span>
              <code className="soft">
                {kind.dialect} · {kind.role}
              </code>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

interface Values {
  name: string;
  given?: Record<string, string>;
  settings?: Record<string, string>;
}

function Details({ kind, back }: { kind: Kind; back: () => void }) {
  const text = useText();
  const words = useKindWords();
  const [form] = Form.useForm<Values>();
  const [areOpen, setOpen] = useState(false);
  const atField = useAtField(form);
  const make = useChange('POST /integrations', {
    makesOld: ['GET /integrations'],
    failed(error) {
      const isShown = atField(error);
      if (others.some(({ name }) => name === error.field)) setOpen(true);
      return isShown;
    },
  });
  // What is given is not asked for twice; what it can do nothing without is not hidden among the rest.
  const asked = kind.settings.filter(({ name }) => kind.given.every((given) => given.name !== name));
  const needed = asked.filter(({ optional }) => !optional);
  const others = asked.filter(({ optional }) => optional);
  const made = make.data;
  if (made) {
    const told = made.told as Record<string, string>;
    return (
      <div className="panel">
        <Result
          status="success"
          title={text('created')}
          extra={
            <LinkButton to={`/integrations/${made.id}`} type="primary">
              {text('open')}
            </LinkButton>
          }
        >
          {Object.keys(told).length > 0 ? <ToldOnce secrets={told} /> : <Alert type="info" title={text('theirs')} />}
        </Result>
      </div>
    );
  }
  const { dialect, role } = kind;
  const submit = ({ name, given, settings }: Values) =>
    make.mutate({ body: { dialect, role, name, given: filled(given), settings: filled(settings) } });
  return (
    <Form form={form} layout="vertical" requiredMark={false} className="panel narrow" onFinish={submit}>
      <h2 className="sub">{words.name(dialect, role)}</h2>
      <p className="soft">{words.about(dialect, role, kind.summary)}</p>
      <Form.Item name="name" label={text('name')} rules={[{ required: true, whitespace: true, message: text('needed') }]}>
        <Input maxLength={100} autoFocus placeholder={text('namePlaceholder')} />
      </Form.Item>
      {kind.given.length > 0 && <h3 className="sub">{text('given')}</h3>}
      {kind.given.map((field) => (
        <FieldInput key={field.name} group="given" field={field} secret={/key|secret/i.test(field.name)} />
      ))}
      {needed.map((field) => (
        <FieldInput key={field.name} group="settings" field={field} />
      ))}
      {others.length > 0 && (
        <Collapse
          ghost
          className="settings"
          activeKey={areOpen ? ['settings'] : []}
          onChange={(keys) => setOpen(keys.length > 0)}
          items={[
            {
              key: 'settings',
              forceRender: true,
              label: (
                <>
                  {text('settings')} <span className="soft">{text('settingsLater')}</span>
                </>
              ),
              children: others.map((field) => <FieldInput key={field.name} group="settings" field={field} />),
            },
          ]}
        />
      )}
      <Flex gap="small">
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {text('create')}
        </Button>
        <Button onClick={back}>{text('back')}</Button>
      </Flex>
    </Form>
  );
}
