import { type IntegrationRole, readSetting } from '../http/integration-role.ts';
import { IntegrationMistake, mistakeOf } from './find-role.ts';

type Texts = Readonly<Record<string, string>>;

/** No credential or address is longer; ids are what integrations are found by, in an index. */
const longest = { id: 128, other: 8_192 };

/** What the other side issued, whole and nothing beside it. `names`: all of the role's unless told. @throws IntegrationMistake */
export function readGiven(role: IntegrationRole, given: Texts, names: readonly string[] = Object.keys(role.given)): Texts {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new IntegrationMistake(`This role is not given ${unknown}, but ${names.join(', ') || 'nothing'}.`);
  }
  const missing = names.filter((name) => !role.optional?.includes(name) && !given[name]);
  if (missing.length > 0) throw new IntegrationMistake(`What is given lacks ${missing.join(' and ')}.`, missing[0]);
  for (const [name, text] of Object.entries(given)) {
    const most = name === role.givenId ? longest.id : longest.other;
    if (text.length > most) throw new IntegrationMistake(`${name} must not have more than ${most} characters.`, name);
  }
  return given;
}

/** Settings out of their texts. @throws IntegrationMistake */
export function readSettings({ settings }: IntegrationRole, texts: Texts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      try {
        return [name, readSetting(settings, name, text)];
      } catch (error) {
        throw mistakeOf(error);
      }
    }),
  );
}
