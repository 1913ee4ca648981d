import { Form, Input, Select } from 'antd';
import { useText } from './text.ts';
import { useKindWords } from './words.ts';

/** As the hub describes it. */
export interface Field {
  name: string;
  type: string;
  about: string;
  optional: boolean;
  choices: string[];
}

/** A field of a form, by its type; every value is a text, empty for what is as usual. */
export function FieldInput({ group, field, secret = false }: { group: string; field: Field; secret?: boolean }) {
  const text = useText();
  const words = useKindWords();
  const { name, optional } = field;
  return (
    <Form.Item
      name={[group, name]}
      label={
        <span>
          {words.field(name, field.about)} <code className="soft">{name}</code>
        </span>
      }
      rules={optional ? [] : [{ required: true, message: text('needed') }]}
    >
      <Control field={field} secret={secret} />
    </Form.Item>
  );
}

interface ControlProps {
  field: Field;
  secret: boolean;
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
}

function Control({ field: { name, type, choices, optional }, secret, id, value = '', onChange }: ControlProps) {
  const text = useText();
  const words = useKindWords();
  if (type === 'words' && choices.length > 0) {
    return (
      <Select
        {...(id && { id })}
        mode="multiple"
        value={value.split(',').filter(Boolean)}
        onChange={(chosen: string[]) => onChange?.(chosen.join(','))}
        options={choices.map((one) => ({ value: one, label: one }))}
        allowClear
      />
    );
  }
  if (type === 'boolean' || choices.length > 0) {
    const all = type === 'boolean' ? ['true', 'false'] : choices;
    const label = (one: string) => (one === 'true' ? text('yes') : one === 'false' ? text('no') : words.choice(name, one));
    return (
      <Select
        {...(id && { id })}
        value={value}
        {...(onChange && { onChange })}
        options={[
          ...(optional ? [{ value: '', label: text('usual') }] : []),
          ...all.map((one) => ({ value: one, label: label(one) })),
        ]}
      />
    );
  }
  if (secret) {
    return (
      <Input.TextArea
        {...(id && { id })}
        value={value}
        autoSize={{ minRows: 1, maxRows: 6 }}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => onChange?.(target.value.trim())}
      />
    );
  }
  return (
    <Input
      {...(id && { id })}
      value={value}
      autoComplete="off"
      inputMode={type === 'number' ? 'numeric' : type === 'url' ? 'url' : 'text'}
      placeholder={optional ? text('usual') : ''}
      onChange={({ target }) => onChange?.(target.value.trim())}
    />
  );
}

/** Only what was filled in. */
export const filled = (values: Readonly<Record<string, string | undefined>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value ? [[name, value] as const] : [])));
