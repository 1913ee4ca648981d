import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, Select, Typography } from 'antd';
import { Link, useNavigate } from 'react-router';
import { useChange, useRead } from '../../api/hooks.ts';
import { sessionKey } from '../../api/session.tsx';
import { Door } from '../../door.tsx';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { useText } from './text.ts';

interface Values {
  code: string;
  merchant?: string;
  timeZone: string;
  currency: string;
  login: string;
  password: string;
}

const optionsOf = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
const zones = optionsOf(Intl.supportedValuesOf('timeZone'));
const currencies = optionsOf(Intl.supportedValuesOf('currency'));

/** The first owner's way in, with the code that only who reads the hub's log knows. */
export default function SetUp() {
  const text = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const problem = useProblem();
  const state = useRead('GET /setup', {});
  const setUp = useChange('POST /setup', {
    async done() {
      await client.invalidateQueries({ queryKey: sessionKey });
      void navigate('/', { replace: true });
    },
    failed: problem.failed,
  });
  const hasMerchant = state.data?.merchant === 'there';
  return (
    <Door title={text('title')}>
      {state.data?.needed === false ? (
        <Alert
          style={{ marginTop: 16 }}
          type="info"
          title={text('done')}
          action={<Link to="/sign-in">{text('toSignIn')}</Link>}
        />
      ) : (
        <Form<Values>
          layout="vertical"
          style={{ marginTop: 12 }}
          requiredMark={false}
          initialValues={{ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, currency: 'CNY' }}
          onFinish={({ code, merchant = '–', timeZone, currency, login, password }) => {
            problem.forget();
            setUp.mutate({ body: { code, login, password, merchant: { name: merchant, time_zone: timeZone, currency } } });
          }}
        >
          <Typography.Paragraph type="secondary">{text('intro')}</Typography.Paragraph>
          <Form.Item name="code" label={text('code')} rules={[{ required: true }]}>
            <Input placeholder="0000-0000-0000" autoComplete="one-time-code" autoFocus />
          </Form.Item>
          {!hasMerchant && (
            <>
              <Form.Item name="merchant" label={text('merchant')} rules={[{ required: true }]}>
                <Input autoComplete="organization" />
              </Form.Item>
              <Flex gap="small">
                <Form.Item name="timeZone" label={text('timeZone')} style={{ flex: 2 }}>
                  <Select showSearch options={zones} />
                </Form.Item>
                <Form.Item name="currency" label={text('currency')} style={{ flex: 1 }}>
                  <Select showSearch options={currencies} />
                </Form.Item>
              </Flex>
            </>
          )}
          <Form.Item name="login" label={text('login')} rules={[{ required: true }]}>
            <Input autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={text('password')} extra={text('passwordHint')} rules={[{ required: true, min: 12 }]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Problem said={problem.said} />
          <Button type="primary" htmlType="submit" block loading={setUp.isPending}>
            {text('submit')}
          </Button>
        </Form>
      )}
    </Door>
  );
}
