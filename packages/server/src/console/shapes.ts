import { type Static, type TSchema, Type } from 'typebox';

/** What many routes share of their shapes. */

export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
/** A copy of `Id` would be of no kind that is read out of a query. */
export const IdOf = (description: string) => Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description });
export const Time = Type.String({ description: 'ISO 8601, UTC' });
/** As somebody gives it: with a zone. */
export const TimeIn = Type.String({ format: 'date-time', description: 'ISO 8601 with a zone' });
export const Cents = Type.Integer({ description: 'Minor units of the merchant’s currency' });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** Text that somebody gives, up to so many characters. */
export const TextIn = (maxLength = 200) => Type.String({ maxLength });

export const Done = Type.Object({ done: Type.Literal(true) });
export const done: Static<typeof Done> = { done: true };

const mostRows = 200;

/** Of a list: `cursor` is what the page before told; ask for the next with it. */
export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: mostRows, description: '50 unless told' })),
};

export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next_cursor: Nullable(Type.String({ description: 'Null: there are no more' })) });

/** A page of rows of which one more than asked for was read, to know whether there are more. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

export const limitOf = ({ limit = 50 }: { limit?: number | undefined }): number => limit;
