import { Button, Form, Input } from 'antd';
import { useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useAtField } from '../../shared/at-field.ts';
import { FieldInput } from './field-input.tsx';
import type { Whole } from './integration.tsx';
import { useText } from './text.ts';

interface Values {
  name: string;
  settings?: Record<string, string>;
}

/** Its name and settings; what is emptied goes back to what is usual. */
export function Settings({ whole: { integration, kind } }: { whole: Whole }) {
  const text = useText();
  const may = useMay();
  const [form] = Form.useForm<Values>();
  const failed = useAtField(form);
  const save = useChange('PATCH /integrations/{integration}', { makesOld: ['GET /integrations'], said: text('saved'), failed });
  const kept = integration.settings as Record<string, string>;
  function submit({ name, settings = {} }: Values) {
    const changed = Object.entries(settings).filter(([field, value]) => (value ?? '') !== (kept[field] ?? ''));
    const body = { name, settings: Object.fromEntries(changed.map(([field, value]) => [field, value || null])) };
    save.mutate({ params: { integration: integration.id }, body });
  }
  return (
    <section className="panel">
      <h2 className="sub">{text('settings')}</h2>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        className="wide-form"
        disabled={!may('integrations.write')}
        initialValues={{ name: integration.name, settings: kept }}
        onFinish={submit}
      >
        <Form.Item name="name" label={text('name')} rules={[{ required: true, whitespace: true, message: text('needed') }]}>
          <Input maxLength={100} />
        </Form.Item>
        <div className="fields">
          {kind?.settings.map((field) => (
            <FieldInput key={field.name} group="settings" field={field} />
          ))}
        </div>
        {may('integrations.write') && (
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {text('save')}
          </Button>
        )}
      </Form>
    </section>
  );
}
