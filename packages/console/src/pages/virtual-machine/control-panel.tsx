import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { useMachineWords } from '../machines/commands/machine-errors.ts';
import type { FrontSlot } from './machine-front.tsx';
import { resultText, useText } from './text.ts';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const mostDigits = 20;

/** Display and keypad of the machine, and what can be done with the slot that was chosen. */
export function ControlPanel({
  machineId,
  slot,
  connected,
}: {
  machineId: number;
  slot: FrontSlot | undefined;
  connected: boolean;
}) {
  const text = useText();
  const format = useFormat();
  const words = useMachineWords();
  const params = { machine: machineId };
  const [digits, setDigits] = useState('');
  const [said, setSaid] = useState('');
  const makesOld = ['GET /demo'];
  const type = useChange('POST /demo/machines/{machine}/type', {
    makesOld,
    done: ({ result }) => setSaid(resultText(text, result)),
  });
  const getCode = useChange('POST /demo/machines/{machine}/code', { done: ({ code }) => setDigits(code) });
  const buy = useChange('POST /demo/machines/{machine}/buy', {
    makesOld,
    done: ({ dropped, why }) =>
      setSaid(dropped ? text('bought') : text('notBought', { why: words.error(why) || text('noReason') })),
  });
  const jam = useChange('POST /demo/machines/{machine}/jam', { makesOld });
  const mend = useChange('POST /demo/machines/{machine}/mend', { makesOld });
  const busy = type.isPending || buy.isPending;
  const stuck = slot?.physical != null && slot.physical.status !== 1;

  const press = (digit: string) => setDigits((before) => (before + digit).slice(0, mostDigits));
  function enter(event: FormEvent) {
    event.preventDefault();
    if (digits.length < 4 || busy) return;
    setSaid('');
    type.mutate({ params, body: { digits } });
    setDigits('');
  }
  function purchase(how: 'phone' | 'cash') {
    if (!slot) return;
    setSaid('');
    buy.mutate({ params, body: { slot: slot.id, how } });
  }

  return (
    <section className="vm-panel" aria-label={text('controls')}>
      <output className="vm-display" aria-label={text('display')}>
        {type.isPending ? text('typing') : buy.isPending ? text('buying') : said || text('welcome')}
      </output>
      <form onSubmit={enter} aria-label={text('keypad')}>
        <input
          className="vm-code"
          value={digits}
          onChange={({ target }) => setDigits(target.value.replaceAll(/\D/g, '').slice(0, mostDigits))}
          inputMode="numeric"
          autoComplete="off"
          aria-label={text('code')}
          placeholder={text('code')}
        />
        <div className="vm-keys">
          {keys.map((key) => (
            <button key={key} type="button" onClick={() => press(key)}>
              {key}
            </button>
          ))}
          <button type="button" onClick={() => setDigits('')}>
            {text('clear')}
          </button>
          <button type="button" onClick={() => press('0')}>
            0
          </button>
          <button type="submit" className="vm-enter" disabled={!connected || busy || digits.length < 4}>
            {text('enter')}
          </button>
        </div>
      </form>
      <Button block size="small" loading={getCode.isPending} onClick={() => getCode.mutate({ params })}>
        {text('getCode')}
      </Button>
      <div className="vm-chosen">
        {slot === undefined ? (
          <p>{text('chooseFirst')}</p>
        ) : (
          <>
            <p>
              <strong>{text('selected', { slot: slot.name, goods: slot.goods_name || text('nothingIn') })}</strong>
              <br />
              {format.money(slot.price_cents)} · {text('left', { count: slot.physical?.stock ?? 0 })} ·{' '}
              {text('leftBooks', { count: slot.on_hand })}
            </p>
            <div className="vm-deeds">
              <Button type="primary" size="small" disabled={busy || !connected} onClick={() => purchase('phone')}>
                {text('byPhone')}
              </Button>
              <Button size="small" disabled={busy} onClick={() => purchase('cash')}>
                {text('forCash')}
              </Button>
              {stuck ? (
                <Button size="small" onClick={() => mend.mutate({ params, body: { slot: slot.id } })}>
                  {text('mend')}
                </Button>
              ) : (
                <Button size="small" onClick={() => jam.mutate({ params, body: { slot: slot.id } })}>
                  {text('jam')}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </section>
  );
}
