import { App, AutoComplete, Button, Collapse, Flex, Form, Input, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import { type ApiError, call } from '../../api/client.ts';
import { useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useErrorText } from '../../shared/error-text.ts';
import { useFormat } from '../../shared/format.ts';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { Side } from '../../shared/side.tsx';
import type { Good } from './goods.tsx';
import { PictureField } from './picture-field.tsx';
import { useText } from './text.ts';

interface Values {
  number: string;
  name: string;
  barcode: string;
  category: string;
  price: number;
  originalPrice: number | null;
  cost: number | null;
  full_name: string;
  spec: string;
  unit: string;
  manufacturer: string;
  packing: number | null;
  returnable: boolean;
  description: string;
  foreign_picture_url: string;
}

/** The form's name of a field of the API. */
const fieldOf: Readonly<Record<string, keyof Values>> = {
  price_cents: 'price',
  original_price_cents: 'originalPrice',
  cost_cents: 'cost',
};

/** A new good, or all that is known of one. */
export function GoodsForm({ good, categories, close }: { good: Good | undefined; categories: string[]; close: () => void }) {
  const text = useText();
  const errorText = useErrorText();
  const { moneyDigits } = useFormat();
  const { message } = App.useApp();
  const may = useMay();
  const [form] = Form.useForm<Values>();
  const problem = useProblem();
  const [picture, setPicture] = useState<File>();
  const isLocked = !may('goods.write') || good?.own === false;
  const unit = 10 ** moneyDigits;

  async function savePicture(id: number): Promise<void> {
    try {
      // Bytes as they are, and no JSON.
      if (picture) await call('PUT /goods/{good}/picture', { params: { good: id }, ...{ body: picture } });
      void message.success(text('saved'));
      close();
    } catch (error) {
      void message.warning(`${text('madeNoPicture')} ${errorText(error)}`, 8);
      if (!good) close();
    }
  }

  function failed(error: ApiError): boolean {
    const field = error.field ?? /\((number):/.exec(error.message)?.[1];
    const name = field && (fieldOf[field] ?? (field as keyof Values));
    if (name && name in form.getFieldsValue(true)) form.setFields([{ name, errors: [errorText(error)] }]);
    else problem.failed(error);
    return true;
  }

  const makesOld = ['GET /goods', 'GET /categories', 'GET /machines'];
  const create = useChange('POST /goods', { makesOld, failed, done: ({ id }) => void savePicture(id) });
  const edit = useChange('PUT /goods/{good}', { makesOld, failed, done: ({ id }) => void savePicture(id) });

  function save({ number, price, originalPrice, cost, ...same }: Values): void {
    problem.forget();
    const cents = (value: number | null) => Math.round((value ?? 0) * unit);
    const body = {
      ...same,
      packing: same.packing ?? null,
      category: same.category?.trim() ?? '',
      price_cents: cents(price),
      original_price_cents: cents(originalPrice ?? price),
      cost_cents: cents(cost),
    };
    if (good) edit.mutate({ params: { good: good.id }, body });
    else create.mutate({ body: { ...body, number } });
  }

  const money = { min: 0, max: 1e7, precision: moneyDigits, controls: false, style: { width: '100%' } };
  const plain = { maxLength: 200 };
  const required = [{ required: true, whitespace: true, message: text('required') }];
  return (
    <Side
      title={good?.name ?? text('add')}
      onClose={close}
      size={480}
      footer={
        !isLocked && (
          <Flex justify="end">
            <Button type="primary" onClick={() => form.submit()} loading={create.isPending || edit.isPending}>
              {text('save')}
            </Button>
          </Flex>
        )
      }
    >
      {good?.own === false && <p className="soft">{text('foreign')}</p>}
      {good && <p className="soft">{text('inMachines', { count: good.machines })}</p>}
      <Form<Values>
        form={form}
        layout="vertical"
        disabled={isLocked}
        requiredMark={false}
        initialValues={startOf(good, unit)}
        onFinish={save}
      >
        <PictureField
          name={good?.name ?? ''}
          url={good?.picture_url ?? ''}
          picture={picture}
          setPicture={setPicture}
          disabled={isLocked}
        />
        <Form.Item name="name" label={text('name')} rules={required}>
          <Input {...plain} />
        </Form.Item>
        <Form.Item
          name="number"
          label={text('number')}
          extra={good ? undefined : text('numberHint')}
          rules={[
            { required: true, message: text('required') },
            { pattern: /^[\w.:-]*$/, message: text('numberHint') },
          ]}
        >
          <Input maxLength={64} disabled={Boolean(good)} autoComplete="off" />
        </Form.Item>
        <div className="form-pair">
          <Form.Item name="barcode" label={text('barcode')} rules={[{ pattern: /^[0-9A-Za-z-]*$/, message: text('isDigits') }]}>
            <Input maxLength={64} inputMode="numeric" />
          </Form.Item>
          <Form.Item name="category" label={text('category')} tooltip={text('categoryHint')}>
            <AutoComplete
              options={categories.map((value) => ({ value }))}
              showSearch={{ filterOption: (typed, option) => (option?.value ?? '').toLowerCase().includes(typed.toLowerCase()) }}
            />
          </Form.Item>
          <Form.Item
            name="price"
            label={text('price')}
            tooltip={text('priceHint')}
            rules={[{ required: true, message: text('required') }]}
          >
            <InputNumber {...money} />
          </Form.Item>
          <Form.Item name="originalPrice" label={text('originalPrice')}>
            <InputNumber {...money} />
          </Form.Item>
        </div>
        <Collapse
          ghost
          size="small"
          className="form-more"
          items={[
            {
              key: 'more',
              label: text('more'),
              forceRender: true,
              children: (
                <>
                  <div className="form-pair">
                    <Form.Item name="cost" label={text('cost')}>
                      <InputNumber {...money} />
                    </Form.Item>
                    <Form.Item name="packing" label={text('packing')}>
                      <Select
                        allowClear
                        options={([0, 1, 2, 3, 4] as const).map((value) => ({ value, label: text(`packing${value}`) }))}
                      />
                    </Form.Item>
                    <Form.Item name="spec" label={text('spec')}>
                      <Input maxLength={100} />
                    </Form.Item>
                    <Form.Item name="unit" label={text('unit')}>
                      <Input maxLength={20} />
                    </Form.Item>
                  </div>
                  <Form.Item name="full_name" label={text('fullName')}>
                    <Input {...plain} />
                  </Form.Item>
                  <Form.Item name="manufacturer" label={text('manufacturer')}>
                    <Input {...plain} />
                  </Form.Item>
                  <Form.Item name="description" label={text('description')}>
                    <Input.TextArea maxLength={2_000} autoSize={{ minRows: 2, maxRows: 6 }} />
                  </Form.Item>
                  <Form.Item name="foreign_picture_url" label={text('foreignPicture')}>
                    <Input maxLength={2_000} placeholder="https://" inputMode="url" />
                  </Form.Item>
                  <Form.Item name="returnable" label={text('returnable')} valuePropName="checked">
                    <Switch />
                  </Form.Item>
                </>
              ),
            },
          ]}
        />
        <Problem said={problem.said} marginBottom={0} />
      </Form>
    </Side>
  );
}

function startOf(good: Good | undefined, unit: number): Partial<Values> {
  if (!good)
    return {
      barcode: '',
      category: '',
      spec: '',
      unit: '',
      manufacturer: '',
      description: '',
      foreign_picture_url: '',
      returnable: false,
    };
  const { price_cents: price, original_price_cents: original, cost_cents: cost } = good;
  const {
    number,
    name,
    barcode,
    category,
    full_name,
    spec,
    manufacturer,
    packing,
    returnable,
    description,
    foreign_picture_url,
  } = good;
  return {
    ...{ number, name, barcode, category, full_name, spec, manufacturer, packing, returnable, description, foreign_picture_url },
    unit: good.unit,
    ...{ price: price / unit, originalPrice: original / unit, cost: cost / unit },
  };
}
