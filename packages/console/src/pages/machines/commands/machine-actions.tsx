import { PoweroffOutlined, ReloadOutlined, SettingOutlined, SyncOutlined } from '@ant-design/icons';
import { App, Button, Flex } from 'antd';
import { useState } from 'react';
import { useChange } from '../../../api/hooks.ts';
import { useMay } from '../../../api/session.tsx';
import { CommandList } from './command-list.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useText } from './text.ts';
import './commands.css';

interface Props {
  machineId: number;
  machineNo: string;
  online: boolean;
}

/** What a machine can be told to do, and what became of what it was told. */
export default function MachineActions({ machineId, machineNo, online }: Props) {
  const text = useText();
  const may = useMay();
  const { modal } = App.useApp();
  const [settings, setSettings] = useState(false);
  const ask = useChange('POST /machines/{machine}/commands', {
    makesOld: ['GET /machines/{machine}/commands'],
    said: text('askedOk'),
  });
  const tell = (kind: 'restart' | 'refresh' | 'shutdown') => ask.mutate({ params: { machine: machineId }, body: { kind } });

  function confirm(kind: 'restart' | 'shutdown') {
    const [title, online_] =
      kind === 'restart'
        ? (['confirmRestart', 'confirmRestartOnline'] as const)
        : (['confirmShutdown', 'confirmShutdownOnline'] as const);
    modal.confirm({
      title: text(title, { machine: machineNo }),
      content: text(online ? online_ : 'waitsTwoMinutes'),
      okText: text(kind),
      okButtonProps: { danger: kind === 'shutdown' },
      cancelText: text('cancel'),
      onOk: () => tell(kind),
    });
  }

  return (
    <section className="panel machine-actions" aria-label={text('recent')}>
      {may('machines.command') && (
        <Flex wrap gap="small" className="no-print">
          <Button icon={<ReloadOutlined />} onClick={() => confirm('restart')}>
            {text('restart')}
          </Button>
          <Button icon={<SyncOutlined />} loading={ask.isPending} onClick={() => tell('refresh')}>
            {text('refresh')}
          </Button>
          {may('machines.write') && (
            <>
              <Button icon={<SettingOutlined />} onClick={() => setSettings(true)}>
                {text('configure')}
              </Button>
              <Button danger icon={<PoweroffOutlined />} onClick={() => confirm('shutdown')}>
                {text('shutdown')}
              </Button>
            </>
          )}
        </Flex>
      )}
      <h2 className="panel-title">{text('recent')}</h2>
      <CommandList machineId={machineId} />
      {settings && <SettingsForm machineId={machineId} machineNo={machineNo} online={online} close={() => setSettings(false)} />}
    </section>
  );
}
