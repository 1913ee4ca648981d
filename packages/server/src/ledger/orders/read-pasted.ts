/** What somebody who looks for an order may have meant by what they pasted. */
export interface Pasted {
  /** As a number of something, likeliest first: as it came, without its label and its spaces, in other letters, and what stands within it. */
  numbers: string[];
  /** The beginnings of a number that it may be, each long enough to be looked for. */
  beginnings: string[];
  /** What is left beside the day and the time: the number or the name of a machine, the name of a site. */
  place: string;
  /** YYYY-MM-DD. */
  day?: string;
  /** HH:MM:SS */
  clock?: string;
}

/** What stands before a number: 订单号：, 交易号, #, order no. */
const label =
  /^(?:[^\p{L}\p{N}]|\p{Script=Han}|\b(?:our|your|order|trade|transaction|payment|pickup|bill|code|number|no|nr|id)\b)+/iu;
/** And after it. */
const tail = /(?:[^\p{L}\p{N}]|\p{Script=Han})+$/u;

const leastBeginning = 6;

const dayWords = /(?<two>前天)|(?<one>昨(?:天|日|(?=晚))|\byesterday\b)|(?<none>今(?:天|日|(?=[早晚]))|\btoday\b)/iu;
const dayFirst = /(?<![\w./-])(?<day>\d{1,2})[/.](?<month>\d{1,2})[/.](?<year>\d{4})(?!\d)/u;
const yearFirst = /(?<![\w./-])(?:(?<year>\d{4})[-/.])?(?<month>\d{1,2})[-/.](?<day>\d{1,2})(?!\d|[-/.:]\d)/u;
const clocks =
  /(?<half>凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚)?\s*(?<![\d:.-])(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?![\d:])\s*(?<english>[ap]m\b)?/iu;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const englishDay = new RegExp(`\\b(\\d{1,2}) (${months.join('|')})[a-z]*\\.?,?(?: (\\d{4}))?\\b`, 'iu');

/** `today`: YYYY-MM-DD, where the machines are. A day without a year is the last that there was. */
export function readPasted(text: string, today: string): Pasted {
  // A NUL is no text to PostgreSQL, and in no number; what shows nothing comes along with what is copied.
  const typed = text
    .toWellFormed()
    .replace(/\0|\p{Cf}/gu, '')
    .trim();
  const plain = typed.normalize('NFKC');
  return { ...numbersIn(typed, plain), ...momentIn(plain, today) };
}

function numbersIn(typed: string, plain: string): Pick<Pasted, 'numbers' | 'beginnings'> {
  const bare = plain.replace(label, '').replace(tail, '');
  const joined = bare.replace(/\s+/gu, '');
  const within = (plain.match(/[\w-]{6,}/gu) ?? []).filter((word) => /\d/u.test(word)).slice(0, 8);
  const cases = (words: string[]) =>
    [...new Set(words.flatMap((word) => [word, word.toLowerCase(), word.toUpperCase()]))].filter((word) => word !== '');
  return {
    numbers: cases([typed, plain, bare, joined, ...within]),
    beginnings: new RegExp(`^[\\w-]{${leastBeginning},}$`, 'u').test(joined) ? cases([joined]) : [],
  };
}

function momentIn(plain: string, today: string): Omit<Pasted, 'numbers' | 'beginnings'> {
  let rest = inFigures(plain);
  const take = (pattern: RegExp) => {
    const found = pattern.exec(rest);
    if (found) rest = rest.replace(pattern, ' ');
    return found?.groups;
  };
  // What is none is nobody's: a machine alone is not meant by it.
  const nothing = { place: '' };
  const said = take(dayFirst) ?? take(yearFirst);
  const ago = said ? undefined : take(dayWords);
  const day = said ? dateOf(said, today) : ago && daysBefore(today, ago.two ? 2 : ago.one ? 1 : 0);
  if (said && day === undefined) return nothing;
  const time = take(clocks);
  const clock = time && clockOf(time);
  if (time && clock === undefined) return nothing;
  const place = rest
    .replace(/左右|大概|大约/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N})]+$/gu, '')
    .replace(/\s+/gu, ' ');
  return { place, ...(day !== undefined && { day }), ...(clock !== undefined && { clock }) };
}

/** Days and times that are written in words, as the others. */
function inFigures(plain: string): string {
  return plain
    .replace(/(\d)T(\d)/gu, '$1 $2')
    .replace(
      /(\d{1,2})\s*[点點时時]\s*(?:(\d{1,2})\s*分?|(半)|[钟整鐘])?/gu,
      (_, hour, minute, half) => `${hour}:${half ? '30' : (minute ?? '00').padStart(2, '0')}`,
    )
    .replace(/(\d{4})\s*年\s*/gu, '$1-')
    .replace(/(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?/gu, '$1-$2 ')
    .replace(englishDay, (_, day, month, year) => {
      const monthNumber = months.indexOf(month.toLowerCase()) + 1;
      return year === undefined ? `${monthNumber}-${day}` : `${year}-${monthNumber}-${day}`;
    });
}

type Groups = Record<string, string | undefined>;

/** Undefined where there is no such day. */
function dateOf({ year, month, day }: Groups, today: string): string | undefined {
  const of = (inYear: number) => {
    const date = new Date(Date.UTC(inYear, Number(month) - 1, Number(day)));
    return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) ? isoDay(date) : undefined;
  };
  if (year !== undefined) return of(Number(year));
  const thisYear = Number(today.slice(0, 4));
  const date = of(thisYear);
  return date !== undefined && date <= today ? date : of(thisYear - 1);
}

function clockOf({ half = '', hour, minute, second = '00', english = '' }: Groups): string | undefined {
  const told = Number(hour);
  const isLater = /下午|傍晚|晚/u.test(half) || (half === '中午' && told < 11) || /pm/iu.test(english);
  const isEarly = half === '凌晨' || /am/iu.test(english);
  const hours = isLater && told < 12 ? told + 12 : isEarly && told === 12 ? 0 : told;
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${String(hours).padStart(2, '0')}:${minute}:${second}`;
}

const isoDay = (date: Date): string => date.toISOString().slice(0, 10);
const daysBefore = (day: string, days: number): string => isoDay(new Date(Date.parse(day) - days * 86_400_000));
