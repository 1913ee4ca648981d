/** What somebody who looks for an order may have meant by what they pasted. */
export interface Pasted {
  /** As a number of something, likeliest first: as it came, without its label and its spaces, in other letters, and what stands within it. */
  numbers: string[];
  /** The beginnings of a number that it may be, each long enough to be looked for. */
  beginnings: string[];
  /** Where and when it may have been, likeliest first. */
  readings: Reading[];
}

/** A place, a day and a time, as far as they were said. */
export interface Reading {
  /** What is left beside the day and the time: the number or the name of a machine, the name of a site. */
  place: string;
  /** YYYY-MM-DD. */
  day?: string;
  /** HH:MM:SS */
  clock?: string;
  /** What looks like a day is part of the place, which is a name then: `7-11`. */
  isName?: true;
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
const englishDay =
  /\b(\d{1,2}) (jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|august|(?:septem|octo|novem|decem)ber)\b\.?,?(?: (\d{4})\b)?/iu;

/** `today`: YYYY-MM-DD, where the machines are. A day without a year is the last that there was. */
export function readPasted(text: string, today: string): Pasted {
  // A NUL is no text to PostgreSQL, and in no number; what shows nothing comes along with what is copied.
  const typed = text
    .toWellFormed()
    .replace(/\0|\p{Cf}/gu, '')
    .trim();
  const plain = typed.normalize('NFKC');
  return { ...numbersIn(typed, plain), readings: readingsOf(plain, today) };
}

function numbersIn(typed: string, plain: string): Omit<Pasted, 'readings'> {
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

function readingsOf(plain: string, today: string): Reading[] {
  const timed = timesInFigures(plain);
  const { text, groups } = take(timed, dayWords);
  const inWords = readingOf(text, groups && daysBefore(today, groups.two ? 2 : groups.one ? 1 : 0), today);
  const dated = daysInFigures(timed);
  const said = [dayFirst, yearFirst].map((pattern) => take(dated, pattern)).find((one) => one.groups);
  if (!said?.groups) return inWords;
  const day = dateOf(said.groups, today);
  return [...(day ? readingOf(said.text, day, today) : []), ...inWords.map((one) => ({ ...one, isName: true as const }))];
}

/** What is no time is nobody's: a machine alone is not meant by it. */
function readingOf(dayless: string, day: string | undefined, today: string): Reading[] {
  const { text, groups } = take(dayless, clocks);
  const clock = groups && clockOf(groups);
  if (groups && !clock) return [];
  return [
    {
      place: placeIn(text),
      ...(day !== undefined && { day: clock?.isNextDay ? nightOf(day, today) : day }),
      ...(clock && { clock: clock.clock }),
    },
  ];
}

/** What matches, and the text without it. */
function take(text: string, pattern: RegExp): { text: string; groups: Groups | undefined } {
  const groups = pattern.exec(text)?.groups;
  return { text: groups ? text.replace(pattern, ' ') : text, groups };
}

const placeIn = (text: string): string =>
  text
    .replace(/左右|大概|大约/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N})]+$/gu, '')
    .replace(/\s+/gu, ' ');

/** Times that are written in words, as the others. */
function timesInFigures(plain: string): string {
  return plain
    .replace(/(\d)T(\d)/gu, '$1 $2')
    .replace(
      /(\d{1,2})\s*[点點时時]\s*(?:(\d{1,2})(?!\d)\s*分?|(半)|[钟整鐘])?/gu,
      (_, hour, minute, half) => `${hour}:${half ? '30' : (minute ?? '00').padStart(2, '0')} `,
    );
}

/** And days. */
function daysInFigures(plain: string): string {
  return plain
    .replace(/(\d{4})\s*年\s*/gu, '$1-')
    .replace(/(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?/gu, '$1-$2 ')
    .replace(englishDay, (_, day, month, year) => {
      const monthNumber = months.indexOf(month.slice(0, 3).toLowerCase()) + 1;
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

/** Undefined where there is no such time. The small hours of an evening (昨晚12点) are of the day after it. */
function clockOf({ half = '', hour, minute, second = '00', english = '' }: Groups) {
  const told = Number(hour);
  const isNextDay = /晚/u.test(half) && (told === 12 || told < 5);
  const isLater = /下午|傍晚|晚/u.test(half) || (half === '中午' && told < 11) || /pm/iu.test(english);
  const isEarly = half === '凌晨' || /am/iu.test(english) || isNextDay;
  const hours = isEarly ? told % 12 : isLater && told < 12 ? told + 12 : told;
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59 || (isEarly && told > 12)) return undefined;
  return { clock: `${String(hours).padStart(2, '0')}:${minute}:${second}`, isNextDay };
}

/** The day in whose small hours an evening ends. Of one that is not over yet somebody speaks in its small hours. */
function nightOf(day: string, today: string): string {
  const next = daysBefore(day, -1);
  return next > today ? day : next;
}

const isoDay = (date: Date): string => date.toISOString().slice(0, 10);
const daysBefore = (day: string, days: number): string => isoDay(new Date(Date.parse(day) - days * 86_400_000));
