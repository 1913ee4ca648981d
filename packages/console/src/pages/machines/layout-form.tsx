import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Flex, Form, Input, InputNumber, Select } from 'antd';
import { useNewText } from './new-machine-text.ts';

export type Drive = 'spring' | 'belt' | 'lock' | 'other';

export interface CabinetValues {
  name: string;
  addr: number;
  drive: Drive;
  rows: number;
  columns: number;
  capacity: number;
  has_lift?: boolean;
  has_drop_detection?: boolean;
}

export const templates = {
  spring: [{ name: 'A', addr: 1, drive: 'spring', rows: 6, columns: 8, capacity: 10 }],
  belt: [{ name: 'A', addr: 1, drive: 'belt', rows: 6, columns: 6, capacity: 8, has_lift: true, has_drop_detection: true }],
  locker: [{ name: 'A', addr: 1, drive: 'lock', rows: 6, columns: 5, capacity: 1 }],
  small: [{ name: 'A', addr: 1, drive: 'spring', rows: 4, columns: 5, capacity: 8 }],
} satisfies Record<string, CabinetValues[]>;

/** A cabinet as rows of slots that are all alike. */
export function CabinetFields({ index, remove, name }: { index: number; remove?: () => void; name: string }) {
  const text = useNewText();
  const drives = (['spring', 'belt', 'lock', 'other'] as const).map((drive) => ({
    value: drive,
    label: text(({ spring: 'driveSpring', belt: 'driveBelt', lock: 'driveLock', other: 'driveOther' } as const)[drive]),
  }));
  const required = [{ required: true }];
  const number = (min: number, max: number) => <InputNumber min={min} max={max} precision={0} style={{ width: 84 }} />;
  return (
    <fieldset
      style={{ border: 0, borderTop: index > 0 ? '1px solid var(--line)' : 0, margin: 0, padding: index > 0 ? '12px 0 0' : 0 }}
    >
      <Flex gap="small" wrap align="end">
        <Form.Item name={[index, 'name']} label={text('cabinetName')} rules={[{ required: true, pattern: /^[A-Za-z]{1,2}$/ }]}>
          <Input maxLength={2} style={{ width: 64 }} />
        </Form.Item>
        <Form.Item name={[index, 'addr']} label={text('addr')} rules={required}>
          {number(0, 255)}
        </Form.Item>
        <Form.Item name={[index, 'drive']} label={text('drive')} rules={required}>
          <Select options={drives} style={{ width: 110 }} />
        </Form.Item>
        <Form.Item name={[index, 'rows']} label={text('rows')} rules={required}>
          {number(1, 20)}
        </Form.Item>
        <Form.Item name={[index, 'columns']} label={text('columns')} rules={required}>
          {number(1, 20)}
        </Form.Item>
        <Form.Item name={[index, 'capacity']} label={text('capacity')} rules={required}>
          {number(0, 10_000)}
        </Form.Item>
        <Form.Item name={[index, 'has_lift']} valuePropName="checked">
          <Checkbox>{text('lift')}</Checkbox>
        </Form.Item>
        <Form.Item name={[index, 'has_drop_detection']} valuePropName="checked">
          <Checkbox>{text('dropDetection')}</Checkbox>
        </Form.Item>
        {remove && (
          <Form.Item>
            <Button type="text" icon={<DeleteOutlined />} aria-label={text('removeCabinet', { name })} onClick={remove} />
          </Form.Item>
        )}
      </Flex>
    </fieldset>
  );
}

export function AddCabinet({ add }: { add: () => void }) {
  const text = useNewText();
  return (
    <Button type="dashed" icon={<PlusOutlined />} onClick={add}>
      {text('addCabinet')}
    </Button>
  );
}

/** The slots as they will be called: row and column, with two digits where there are ten of either. */
export function LayoutPreview({ cabinets }: { cabinets: readonly Partial<CabinetValues>[] }) {
  const text = useNewText();
  const whole = cabinets.filter((one) => (one.rows ?? 0) > 0 && (one.columns ?? 0) > 0 && one.name);
  const count = whole.reduce((sum, { rows = 0, columns = 0 }) => sum + rows * columns, 0);
  return (
    <section className="panel" aria-label={text('preview')}>
      <h2>
        {text('preview')} <span className="soft">{text('slots', { count })}</span>
      </h2>
      {whole.map(({ name = '', rows = 0, columns = 0, addr }) => {
        const digits = rows > 9 || columns > 9 ? 2 : 1;
        const slotName = (n: number) =>
          `${name}${String(Math.floor(n / columns) + 1).padStart(digits, '0')}${String((n % columns) + 1).padStart(digits, '0')}`;
        return (
          <div key={`${name} ${addr}`} style={{ marginBottom: 12 }}>
            <div className="soft">{text('cabinet', { name })}</div>
            <div className="scroll">
              <div className="layout-preview" style={{ gridTemplateColumns: `repeat(${columns}, minmax(40px, 1fr))` }}>
                {Array.from({ length: rows * columns }, (_, n) => (
                  <span key={slotName(n)}>{slotName(n)}</span>
                ))}
              </div>
            </div>
          </div>
        );
      })}
    </section>
  );
}
