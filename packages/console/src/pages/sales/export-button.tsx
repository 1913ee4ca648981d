import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { readFile } from '../../api/client.ts';
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
      const file = await readFile(urlOf(format));
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = file.name || `export.${format}`;
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
