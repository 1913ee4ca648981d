import type { Answer } from '../../api/client.ts';
import { ToldOnce } from '../../shared/told-once.tsx';
import { useMachineText } from './machine-text.ts';

type Credentials = Answer<'POST /machines/{machine}/broker-password'>;

/** What is entered in the machine, as its own settings call it. */
export function MachineCredentials({ credentials: { mqtt, device_key: key } }: { credentials: Credentials }) {
  const text = useMachineText();
  // Of a hub that nobody gave a name, the name is the one under which it was found.
  const host = mqtt.host === 'localhost' ? window.location.hostname : mqtt.host;
  return (
    <ToldOnce
      secrets={{
        [text('host')]: host,
        [text('port')]: `${mqtt.port}${mqtt.tls ? ` (${text('tls')})` : ''}`,
        [text('clientId')]: mqtt.username,
        [text('password')]: mqtt.password,
        [text('deviceKey')]: key,
      }}
    />
  );
}
