import { createHash } from 'node:crypto';
import type { Picture } from './get-picture.ts';

/** One transparent pixel. */
const bytes = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** Of goods that have no picture, for platforms that insist on one; served like the others. */
export const blankPicture: Picture & { name: string } = {
  name: `${createHash('sha256').update(bytes).digest('hex')}.png`,
  contentType: 'image/png',
  bytes,
};
