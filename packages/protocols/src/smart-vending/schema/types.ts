import { type TObject, type TProperties, type TSchema, Type } from 'typebox';

// The types of the seed's tables. Fields of answers have exactly these; what is received is read by the readers, which forgive.

/** string */
export const text = (description: string) => Type.String({ description });
/** int and long */
export const int = (description: string) => Type.Integer({ description });
/** double */
export const double = (description: string) => Type.Number({ description });
/** A time in seconds. */
export const seconds = (description: string) => Type.Integer({ description: `${description}, seconds` });
/** Money in fen. */
export const fen = (description: string) => Type.Integer({ description: `${description}, fen` });

/** An object that knows no other fields. */
export const exact = <T extends TProperties>(fields: T, description?: string): TObject<T> =>
  Type.Object(fields, { additionalProperties: false, ...(description !== undefined && { description }) });

export const list = <T extends TSchema>(item: T, description?: string) =>
  Type.Array(item, description === undefined ? {} : { description });

/** What every message carries beside its fields. */
export const signatureFields = {
  nonce_str: text('签名的随机数: a random text; no replay guard'),
  sign: text('签名: see sign.ts'),
} as const;

/** The list envelope: its numbers are texts. */
export const listOf = <T extends TSchema>(item: T) =>
  exact({
    result: Type.Literal('SUCCESS'),
    cursor: text('Offset of the first row'),
    total: text('All that match'),
    limit: text('Most rows, as asked'),
    list: list(item),
  });

/** A list envelope of any kind of item. */
export interface ListEnvelope<T> {
  readonly result: 'SUCCESS';
  readonly cursor: string;
  readonly total: string;
  readonly limit: string;
  readonly list: T[];
}

export const listEnvelope = <T>(list: T[], page: { readonly cursor: number; readonly limit: number }, total: number) =>
  ({
    result: 'SUCCESS',
    cursor: String(page.cursor),
    total: String(total),
    limit: String(page.limit),
    list,
  }) satisfies ListEnvelope<T>;
