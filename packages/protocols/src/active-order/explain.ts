import {
  type Explanation,
  explainUnfit,
  type Finding,
  findingsOfKey,
  type JudgingKeys,
  mistake,
  mistakesIn,
  note,
  placeOf,
  timeFindings,
  type Wrongs,
  waysFrom,
} from '../shared/explain.ts';
import { type Params, signedParts } from '../shared/signature.ts';
import { canonicalText, decodePayload, signPayload, verifySignature } from './sign.ts';

interface Way {
  order: 'sorted' | 'sent' | 'reversed' | 'folded';
  empty: 'left out' | 'kept' | 'null kept';
  sign: 'out' | 'in';
  nested: 'flat' | 'json';
  values: 'plain' | 'encoded';
  key: 'named' | 'missing' | 'first' | 'joined' | 'ampersand' | 'app key';
}

const right: Way = { order: 'sorted', empty: 'left out', sign: 'out', nested: 'flat', values: 'plain', key: 'named' };

const wrongs: Wrongs<Way> = {
  order: [
    ['sent', 'text.order-sent'],
    ['folded', 'text.order-folded'],
    ['reversed', 'text.order-reversed'],
  ],
  empty: [
    ['kept', 'text.empty-kept'],
    ['null kept', 'text.null-kept'],
  ],
  sign: [['in', 'text.sign-included']],
  nested: [['json', 'text.nested-json']],
  values: [['encoded', 'text.encoded']],
  key: [
    ['joined', 'text.key-joined'],
    ['ampersand', 'text.key-joined'],
    ['missing', 'text.key-missing'],
    ['first', 'text.key-first'],
    ['app key', 'text.key-named-otherwise'],
  ],
};

const scalar = (value: unknown): string | undefined =>
  typeof value === 'object' || value === undefined ? undefined : String(value);

/** What an empty value is written as by who keeps it. */
const texts: Record<Way['empty'], ((value: unknown) => string | undefined) | undefined> = {
  'left out': undefined,
  kept: (value) => (value === null ? '' : scalar(value)),
  'null kept': (value) => (value === null ? 'null' : scalar(value)),
};

function render(params: Params, way: Way, key: string): string | undefined {
  const shown: Params =
    way.nested === 'flat'
      ? params
      : Object.fromEntries(
          Object.entries(params).map(([name, value]) => [
            name,
            typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
          ]),
        );
  const names = Object.keys(shown).filter((name) => way.sign === 'in' || name !== 'sign');
  const parts = signedParts(shown, names, texts[way.empty]);
  if (!parts) return undefined;
  const all = [...parts];
  if (way.order === 'sorted') all.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (way.order === 'reversed') all.sort(([a], [b]) => (a < b ? 1 : a > b ? -1 : 0));
  if (way.order === 'folded') all.sort(([a], [b]) => a.toLowerCase().localeCompare(b.toLowerCase(), 'en'));
  const text = all.map(([name, value]) => `${name}=${way.values === 'plain' ? value : encodeURIComponent(value)}`).join('&');
  if (way.key === 'missing') return text;
  if (way.key === 'first') return `key=${key}&${text}`;
  if (way.key === 'joined') return text + key;
  if (way.key === 'ampersand') return `${text}&${key}`;
  return way.key === 'app key' ? `${text}&app_key=${key}` : `${text}&key=${key}`;
}

export interface PayloadJudging extends JudgingKeys {
  readonly now: Date;
  /** Seconds by which it may be older or newer. */
  readonly window: number;
  /** Whether the call must have a timestamp. */
  readonly needsTimestamp: boolean;
}

/** What is right and wrong with a `payload`: its form, its signature and its time, and what was signed instead. Never throws. */
export function explainPayload(payload: unknown, judging: PayloadJudging): Explanation {
  const decoded = decodePayload(payload);
  if (!decoded.ok) return { right: false, signed: [], findings: [ofPayload(payload, decoded.reason)] };
  const params = decoded.value;
  const ofTime = timestampFindings(params.timestamp, judging);
  const [usual] = judging.keys;
  const text = canonicalText(params);
  if (!usual || text === undefined) return { right: false, signed: [], findings: [mistake('body.too-large'), ...ofTime] };
  const shown = `${text}&key=${placeOf(usual.name)}`;
  const sign = typeof params.sign === 'string' ? params.sign : '';
  const expected = signPayload(params, usual.key);
  const signed = { what: 'payload', algorithm: 'md5', text: shown, expected, found: sign };
  const fitting = judging.keys.find(({ key }) => verifySignature(params, sign, key));
  if (fitting) {
    const ofCase = sign === sign.toUpperCase() ? [] : [note('sign.lower-case')];
    return {
      right: ofTime.length === 0,
      signed: [{ ...signed, expected: sign.toUpperCase() }],
      findings: [...ofCase, ...findingsOfKey(fitting, usual), ...ofTime],
    };
  }
  const unfit = explainUnfit(signed, {
    ...judging,
    ways: waysFrom(right, wrongs, mistakesIn(text)),
    render: (way, key) => render(params, way, key),
  });
  return { ...unfit, findings: [...unfit.findings, ...ofTime] };
}

function ofPayload(payload: unknown, reason: 'not base64' | 'not json' | 'not an object'): Finding {
  if (typeof payload !== 'string' || payload === '') return mistake('payload.missing');
  if (/%(2B|2F|3D)/i.test(payload)) return mistake('payload.url-damaged');
  if (/^\s*\{/.test(payload)) return mistake('payload.in-clear');
  if (reason === 'not base64') return mistake(/^[\w+/ =-]+$/.test(payload) ? 'payload.url-damaged' : 'payload.not-base64');
  return mistake('payload.not-json', { reason });
}

function timestampFindings(timestamp: unknown, { now, window, needsTimestamp }: PayloadJudging): Finding[] {
  if (timestamp === undefined || timestamp === '') return needsTimestamp ? [mistake('time.missing')] : [];
  return timeFindings(String(timestamp), now, window);
}
