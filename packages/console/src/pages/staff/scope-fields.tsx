import { Form, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useText } from './text.ts';

/** Which machines are theirs: lines, and machines by themselves. What is chosen already is named by its id until it is found. */
export function ScopeFields() {
  const text = useText();
  const lines = useRead('GET /lines', {});
  const [typed, setTyped] = useState('');
  const sought = useDeferredValue(typed.trim());
  const machines = useRead('GET /machines', { query: { limit: 20, sort: 'name', ...(sought && { text: sought }) } });
  return (
    <>
      <Form.Item name="lines" label={text('lines')}>
        <Select
          mode="multiple"
          optionFilterProp="label"
          options={(lines.data?.items ?? []).flatMap(({ id, name }) => (id === null ? [] : [{ value: String(id), label: name }]))}
        />
      </Form.Item>
      <Form.Item name="machines" label={text('machines')}>
        <Select
          mode="multiple"
          showSearch={{ filterOption: false, onSearch: setTyped }}
          loading={machines.isFetching}
          options={(machines.data?.items ?? []).map(({ id, machine_no, name }) => ({
            value: String(id),
            label: `${machine_no} ${name}`,
          }))}
        />
      </Form.Item>
    </>
  );
}
