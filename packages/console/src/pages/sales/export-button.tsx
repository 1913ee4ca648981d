import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useErrorText } from '../../shared/error-text.ts';
import { useText } from './text.ts';

/** Everything that is shown as a file, whichever page of it one sees; what the hub refuses is said, and no file is kept. */
export function ExportButton({ urlOf }: { urlOf: (format: 'csv' | 'xlsx') => string }) {
  const text = useText();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);

  async function save(format: 'csv' | 'xlsx') {
    setBusy(true);
    try {
      const response = await fetch(urlOf(format), { credentials: 'same-origin' });
      if (!response.ok) {
        const { error } = (await response.json()) as { error: { code: string; message: string; field?: string } };
        throw new ApiError(response.status, error.code, error.message, error.field);
      }
      const [, name = `export.${format}`] =
        /filename\*=UTF-8''(\S+)/.exec(response.headers.get('content-disposition') ?? '') ?? [];
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await response.blob());
      link.download = decodeURIComponent(name);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      void message.error(errorText(error), 6);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'csv', label: text('exportCsv') },
          { key: 'xlsx', label: text('exportXlsx') },
        ],
        onClick: ({ key }) => void save(key === 'csv' ? 'csv' : 'xlsx'),
      }}
    >
      <Button icon={<DownloadOutlined />} loading={busy}>
        {text('export')}
      </Button>
    </Dropdown>
  );
}
