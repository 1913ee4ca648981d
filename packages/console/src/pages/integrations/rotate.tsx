import { Alert, Button, Form, Modal, Select } from 'antd';
import { useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useChange } from '../../api/hooks.ts';
import { useAtField } from '../../shared/at-field.ts';
import { useFormat } from '../../shared/format.ts';
import { ToldOnce } from '../../shared/told-once.tsx';
import { FieldInput, filled } from './field-input.tsx';
import type { Whole } from './integration.tsx';
import { useText } from './text.ts';

const overlaps = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [7 * 86_400, 'week'],
  [30 * 86_400, 'month'],
  [0, 'atOnce'],
] as const;

interface Values {
  overlap: number;
  given?: Record<string, string>;
}

/** New credentials beside the old: ours are drawn and told once, the other side's are given in. */
export function Rotate({ integration, kind }: { integration: Whole['integration']; kind: NonNullable<Whole['kind']> }) {
  const text = useText();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<Values>();
  // Kept until somebody closes it, whatever else becomes of the page: nobody is told these again.
  const [done, setDone] = useState<Answer<'POST /integrations/{integration}/rotate'>>();
  const rotate = useChange('POST /integrations/{integration}/rotate', {
    makesOld: ['GET /integrations'],
    done: setDone,
    failed: useAtField(form),
  });
  const theirs = kind.issued_by === 'them';
  const told = (done?.told ?? {}) as Record<string, string>;
  const isWebhook = integration.dialect === 'native' && integration.role === 'webhook';
  function close() {
    if (rotate.isPending && !done) return;
    setOpen(false);
    setDone(undefined);
    form.resetFields();
  }
  const submit = ({ overlap, given }: Values) =>
    rotate.mutate({ params: { integration: integration.id }, body: { overlap, ...(theirs && { given: filled(given) }) } });
  return (
    <>
      {/* While an overlap lasts there is no third set; what was told a moment ago stays in sight all the same. */}
      {integration.overlap_until === null && (
        <Button onClick={() => setOpen(true)}>{text(theirs ? 'replaceTitle' : 'rotate')}</Button>
      )}
      <Modal
        open={open}
        title={text(theirs ? 'replaceTitle' : 'rotateTitle')}
        onCancel={close}
        {...(done ? { footer: null } : { onOk: () => form.submit(), okText: text('doRotate'), confirmLoading: rotate.isPending })}
      >
        {done ? (
          <div className="stack">
            <Alert
              type="success"
              showIcon
              title={text('rotated')}
              description={done.until ? text('oldUntil', { time: format.time(done.until) }) : text('oldGone')}
            />
            {Object.keys(told).length > 0 && <ToldOnce secrets={told} />}
          </div>
        ) : (
          <Form<Values> form={form} layout="vertical" requiredMark={false} initialValues={{ overlap: 86_400 }} onFinish={submit}>
            <p className="soft">
              {text(theirs ? 'replaceAbout' : 'rotateAbout')} {!theirs && text(isWebhook ? 'signsBoth' : 'signsOld')}
            </p>
            {theirs &&
              kind.given
                .filter(({ name }) => kind.replaces.includes(name))
                .map((field) => <FieldInput key={field.name} group="given" field={field} secret />)}
            <Form.Item name="overlap" label={text('overlap')}>
              <Select options={overlaps.map(([value, name]) => ({ value, label: text(name) }))} />
            </Form.Item>
          </Form>
        )}
      </Modal>
    </>
  );
}
