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
  spacedOut,
  type Wrongs,
  waysFrom,
} from '../shared/explain.ts';
import {
  type Envelope,
  isSalt,
  isUtcNear,
  readEnvelope,
  readTokenRequest,
  signCall,
  signTokenRequest,
  verifyEnvelope,
  verifyTokenRequest,
} from './sign.ts';

interface Way {
  order: 'sorted' | 'envelope' | 'reversed';
  data: 'as sent' | 'compact' | 'spaced' | 'inner';
  id: 'in' | 'out';
  name: 'accessToken' | 'token' | 'secretKey';
  place: 'in order' | 'last' | 'joined' | 'missing';
  utc: 'ms' | 'seconds';
}

const right: Way = { order: 'sorted', data: 'as sent', id: 'in', name: 'accessToken', place: 'in order', utc: 'ms' };

const wrongs: Wrongs<Way> = {
  order: [
    ['envelope', 'text.order-sent'],
    ['reversed', 'text.order-reversed'],
  ],
  data: [
    ['compact', 'text.reserialised'],
    ['spaced', 'text.spaced'],
    ['inner', 'text.encoded'],
  ],
  id: [['out', 'text.id-left-out']],
  name: [
    ['secretKey', 'text.key-named-otherwise'],
    ['token', 'text.key-named-otherwise'],
  ],
  place: [
    ['last', 'text.order-folded'],
    ['joined', 'text.key-joined'],
    ['missing', 'text.key-missing'],
  ],
  utc: [['seconds', 'text.utc-seconds']],
};

function dataOf(text: string, how: Way['data']): string | undefined {
  if (how === 'as sent') return text;
  if (how === 'inner') return JSON.stringify(text);
  try {
    const compact = JSON.stringify(JSON.parse(text));
    return how === 'compact' ? compact : spacedOut(compact);
  } catch {
    return undefined;
  }
}

function render({ appId, salt, utc, data }: Envelope, way: Way, key: string): string | undefined {
  const text = dataOf(data, way.data);
  if (text === undefined || (way.data !== 'as sent' && text === data)) return undefined;
  const token = [way.name, key] as const;
  const id = way.id === 'in' ? [['appId', appId] as const] : [];
  const time = ['utc', way.utc === 'ms' ? utc : utc.slice(0, -3)] as const;
  const rest = [['data', text] as const, ['salt', salt] as const, time];
  const middle = way.place === 'in order' ? [token] : [];
  const sorted = [...id, ...middle, ...rest];
  const pairs =
    way.order === 'sorted'
      ? sorted
      : way.order === 'reversed'
        ? sorted.toReversed()
        : [...id, ['salt', salt] as const, time, ['data', text] as const, ...middle];
  const joined = [...pairs, ...(way.place === 'last' ? [token] : [])].map(([name, value]) => `${name}=${value}`).join('&');
  return way.place === 'joined' ? joined + key : joined;
}

/** Keys are tokens and, where it may sign, the secret key. */
export interface EnvelopeJudging extends JudgingKeys {
  readonly appId: string;
  readonly now: Date;
  readonly windowMs: number;
}

/** What is right and wrong with a signed call. Never throws. */
export function explainEnvelope(body: Uint8Array | string, judging: EnvelopeJudging): Explanation {
  const read = readEnvelope(body);
  if (!read.ok)
    return {
      right: false,
      signed: [],
      findings: [mistake(read.reason.includes('object') ? 'body.not-object' : 'body.not-json', { reason: read.reason })],
    };
  const { envelope } = read;
  const ofStamp = stampFindings(envelope, judging);
  const [usual] = judging.keys;
  if (!usual) return { right: false, signed: [], findings: [mistake('token.none'), ...ofStamp] };
  const shown = render(envelope, right, placeOf(usual.name)) ?? '';
  const expected = signCall(envelope, envelope.data, usual.key);
  const found = envelope.signatures[0] ?? '';
  const signed = { what: 'envelope', algorithm: 'md5', text: shown, expected, found };
  const fitting = judging.keys.find(({ key }) => verifyEnvelope(envelope, [key]));
  if (fitting) {
    const made = signCall(envelope, envelope.data, fitting.key);
    const fits = envelope.signatures.find((one) => one.toLowerCase() === made) ?? found;
    const ofCase = fits === fits.toLowerCase() ? [] : [note('sign.upper-case')];
    const text = render(envelope, right, placeOf(fitting.name)) ?? shown;
    return {
      right: ofStamp.length === 0,
      signed: [{ ...signed, text, expected: made, found: fits }],
      findings: [...findingsOfKey(fitting, usual), ...ofCase, ...ofStamp],
    };
  }
  const unfit = explainUnfit(signed, {
    ...judging,
    ways: waysFrom(right, wrongs, mistakesIn(envelope.data)),
    render: (way, key) => render(envelope, way, key),
  });
  return { ...unfit, findings: [...unfit.findings, ...ofStamp] };
}

interface TokenWay {
  order: 'sent' | 'sorted';
  name: 'secretKey' | 'secret' | 'joined' | 'missing';
  utc: 'ms' | 'seconds';
}

const tokenWrongs: Wrongs<TokenWay> = {
  order: [['sorted', 'text.order-reversed']],
  name: [
    ['joined', 'text.key-joined'],
    ['missing', 'text.key-missing'],
    ['secret', 'text.key-named-otherwise'],
  ],
  utc: [['seconds', 'text.utc-seconds']],
};

/** What is right and wrong with a request for a token, whose query is signed with the secret key. Never throws. */
export function explainTokenRequest(query: Readonly<Record<string, unknown>>, judging: EnvelopeJudging): Explanation {
  const params = readTokenRequest(query);
  const ofStamp = stampFindings(params, judging);
  const [usual] = judging.keys;
  if (!usual) return { right: false, signed: [], findings: ofStamp };
  const { appId, salt } = params;
  const make = ({ order, name, utc }: TokenWay, key: string): string => {
    const time = utc === 'ms' ? params.utc : params.utc.slice(0, -3);
    const pairs =
      order === 'sent' ? [`appId=${appId}`, `salt=${salt}`, `utc=${time}`] : [`salt=${salt}`, `utc=${time}`, `appId=${appId}`];
    const text = pairs.join('&');
    if (name === 'missing') return text;
    return name === 'joined' ? text + key : `${text}&${name}=${key}`;
  };
  const usualWay: TokenWay = { order: 'sent', name: 'secretKey', utc: 'ms' };
  const shown = make(usualWay, placeOf(usual.name));
  const found = params.signature;
  const signed = { what: 'query', algorithm: 'md5', text: shown, expected: signTokenRequest(params, usual.key), found };
  const fitting = judging.keys.find(({ key }) => verifyTokenRequest(params, key));
  if (fitting) {
    return {
      right: ofStamp.length === 0,
      signed: [{ ...signed, expected: found.toLowerCase() }],
      findings: [...findingsOfKey(fitting, usual), ...ofStamp],
    };
  }
  const unfit = explainUnfit<TokenWay>(signed, { ...judging, ways: waysFrom(usualWay, tokenWrongs, 3), render: make });
  return { ...unfit, findings: [...unfit.findings, ...ofStamp] };
}

function stampFindings(
  { appId, salt, utc }: Pick<Envelope, 'appId' | 'salt' | 'utc'>,
  { appId: expected, now, windowMs }: EnvelopeJudging,
): Finding[] {
  const found: Finding[] = [];
  if (appId === '') found.push(mistake('app.missing', { name: 'appId' }));
  else if (appId !== expected) found.push(mistake('app.other', { name: 'appId', expected }));
  if (!isSalt(salt)) found.push(mistake('salt.form'));
  if (utc === '') found.push(mistake('time.missing'));
  else if (/^\d{9,10}$/.test(utc)) found.push(mistake('time.seconds'));
  else if (!/^\d+$/.test(utc)) found.push(mistake('time.form'));
  else if (!isUtcNear(utc, now, windowMs)) {
    found.push(mistake('time.off', { seconds: Math.round((Number(utc) - now.getTime()) / 1000), window: windowMs / 1000 }));
  }
  return found;
}
