import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { useMachineText } from './machine-text.ts';
import { useText } from './text.ts';

/** When it was online in the last seven days. */
export function OnlineStrip({ machineId }: { machineId: number }) {
  const text = useMachineText();
  const listText = useText();
  const format = useFormat();
  const read = useRead(
    'GET /machines/{machine}/online',
    { params: { machine: machineId }, query: { days: 7 } },
    { live: ['machine'] },
  );
  return (
    <section className="panel">
      <Loaded read={read}>
        {({ from, to, online_seconds: online, spans }) => {
          const whole = (new Date(to).getTime() - new Date(from).getTime()) / 1000;
          const share = text('onlineShare', { share: format.percent(whole > 0 ? online / whole : 0) });
          return (
            <>
              <h2>
                {text('online')} <span className="soft">{share}</span>
              </h2>
              <div className="online-strip" role="img" aria-label={share}>
                {spans.map((span) => (
                  <span
                    key={span.from}
                    className={span.online ? '' : 'off'}
                    style={{ flex: `${new Date(span.to).getTime() - new Date(span.from).getTime()} 0 0` }}
                    title={`${listText(span.online ? 'online' : 'offline')} ${format.time(span.from)} – ${format.time(span.to)}`}
                  />
                ))}
              </div>
              <div className="strip-ends soft">
                <span>{format.time(from)}</span>
                <span>{format.time(to)}</span>
              </div>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
