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
  type Wrongs,
  waysFrom,
} from '../shared/explain.ts';
import { compareBytes, digestOf, notSigned, type Received, readSentParts, readSigned, type Sent } from './sign.ts';

interface Way {
  parts: 'both' | 'query' | 'body';
  order: 'sorted' | 'sent' | 'reversed' | 'folded';
  empty: 'left out' | 'kept' | 'null kept';
  sign: 'out' | 'in';
  objects: 'as sent' | 'compact' | 'spaced';
  values: 'plain' | 'encoded';
  key: 'joined' | 'missing' | 'first' | 'named' | 'ampersand';
}

const right: Way = {
  ...{ parts: 'both', order: 'sorted', empty: 'left out', sign: 'out' },
  ...{ objects: 'as sent', values: 'plain', key: 'joined' },
};

const wrongs: Wrongs<Way> = {
  parts: [
    ['body', 'text.query-left-out'],
    ['query', 'text.body-left-out'],
  ],
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
  objects: [
    ['compact', 'text.reserialised'],
    ['spaced', 'text.spaced'],
  ],
  values: [['encoded', 'text.encoded']],
  key: [
    ['named', 'text.key-named'],
    ['ampersand', 'text.key-named-otherwise'],
    ['missing', 'text.key-missing'],
    ['first', 'text.key-first'],
  ],
};

/** JSON as Python writes it. */
const spaced = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replaceAll(/\n */g, ' ')
    .replaceAll(/([[{]) /g, '$1')
    .replaceAll(/ ([\]}])/g, '$1');

function signedValue({ value, signed }: Sent, { empty, objects }: Way): string | undefined {
  if (value === null) return empty === 'left out' ? undefined : empty === 'null kept' ? 'null' : '';
  if (signed === '' || signed === undefined) return empty === 'left out' ? undefined : '';
  if (typeof value !== 'object' || objects === 'as sent') return signed;
  return objects === 'compact' ? JSON.stringify(value) : spaced(value);
}

function render(sent: Record<Way['parts'], ReadonlyMap<string, Sent>>, way: Way, key: string): string | undefined {
  const parts = [...sent[way.parts]].filter(([name]) => way.sign === 'in' || !notSigned(name));
  if (parts.length === 0) return undefined;
  if (way.order === 'sorted') parts.sort(([a], [b]) => compareBytes(a, b));
  if (way.order === 'reversed') parts.sort(([a], [b]) => compareBytes(b, a));
  if (way.order === 'folded') parts.sort(([a], [b]) => a.toLowerCase().localeCompare(b.toLowerCase(), 'en'));
  const text = parts
    .flatMap(([name, one]) => {
      const value = signedValue(one, way);
      return value === undefined ? [] : [`${name}=${way.values === 'plain' ? value : encodeURIComponent(value)}`];
    })
    .join('&');
  if (way.key === 'missing') return text;
  if (way.key === 'first') return key + text;
  if (way.key === 'named') return `${text}&key=${key}`;
  return way.key === 'ampersand' ? `${text}&${key}` : text + key;
}

export interface MessageJudging extends JudgingKeys {
  readonly clientId: string;
}

/** What is right and wrong with a request or a push: its form, its sender and its signature, and what was signed instead. Never throws. */
export function explainMessage(received: Received, judging: MessageJudging): Explanation {
  const message = readSigned(received);
  if (!message.ok) {
    const codes = { 'not text': 'body.not-text', 'not json': 'body.not-json', 'too large': 'body.too-large' } as const;
    return { right: false, signed: [], findings: [mistake(codes[message.reason])] };
  }
  const ofSender = senderFindings(message.params, judging.clientId);
  const [usual] = judging.keys;
  if (!usual) return { right: false, signed: [], findings: ofSender };
  const shown = message.text + placeOf(usual.name);
  const sign = message.sign ?? '';
  const expected = digestOf(message.text, usual.key);
  const signed = { what: 'message', algorithm: 'md5', text: shown, expected, found: sign };
  const fitting = judging.keys.find(({ key }) => message.verify(key));
  if (fitting) {
    const ofCase = sign === sign.toLowerCase() ? [] : [note('sign.upper-case')];
    return {
      right: ofSender.length === 0,
      signed: [{ ...signed, expected: sign.toLowerCase() }],
      findings: [...ofCase, ...findingsOfKey(fitting, usual), ...ofSender],
    };
  }
  const sent = partsOf(received);
  const unfit = explainUnfit(signed, {
    ...judging,
    ways: waysFrom(right, wrongs, mistakesIn(message.text)),
    render: (way, key) => render(sent, way, key),
  });
  return { ...unfit, findings: [...ofSender, ...unfit.findings] };
}

const none: ReadonlyMap<string, Sent> = new Map();

function partsOf(received: Received): Record<Way['parts'], ReadonlyMap<string, Sent>> {
  const read = (what: Received) => {
    const parts = readSentParts({ ...what, ...(received.form !== undefined && { form: received.form }) });
    return typeof parts === 'string' ? none : parts;
  };
  const [query, body] = [read({ query: received.query }), read({ body: received.body })];
  // Where one of them has nothing, it cannot have been left out.
  return { both: read(received), query: body.size === 0 ? none : query, body: query.size === 0 ? none : body };
}

function senderFindings(params: Readonly<Record<string, unknown>>, clientId: string): Finding[] {
  const found: Finding[] = [];
  const given = params.clientId;
  if (given === undefined || given === '') found.push(mistake('app.missing', { name: 'clientId' }));
  else if (String(given) !== clientId) found.push(mistake('app.other', { name: 'clientId', expected: clientId }));
  const nonce = params.nonce_str ?? params.nonceStr;
  if (nonce === undefined || nonce === '') found.push(mistake('nonce.missing'));
  return found;
}
