import { Alert, Flex, Typography } from 'antd';
import { defineText } from './text.ts';

const useText = defineText('told-once', {
  en: { once: 'This is shown once. Keep it where your secrets are.' },
  zh: { once: '仅显示这一次，请妥善保存。' },
});

/** Secrets, each with a button that copies it; they are told once. */
export function ToldOnce({ secrets }: { secrets: Readonly<Record<string, string>> }) {
  const text = useText();
  return (
    <Flex vertical gap="small">
      <Alert type="warning" showIcon title={text('once')} />
      <dl className="facts told-once">
        {Object.entries(secrets).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Typography.Text code copyable={{ text: value }} className="secret">
                {value}
              </Typography.Text>
            </dd>
          </div>
        ))}
      </dl>
    </Flex>
  );
}
