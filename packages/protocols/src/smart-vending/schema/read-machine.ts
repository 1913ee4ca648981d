import { FieldError, type Fields, optionalText, readText } from '../../shared/fields.ts';
import { each, isRecord, lists, whole, words } from './received.ts';

export interface ReceivedMachine {
  readonly assetId: string;
  readonly name: string;
  readonly siteName: string;
  readonly lineName: string;
  readonly location: { readonly longitude: number; readonly latitude: number } | undefined;
  readonly containers: readonly ReceivedContainer[];
}

export interface ReceivedContainer {
  readonly cid: string;
  /** 1 drinks, 2 spring, 3 locker; 0 where it is not told. */
  readonly type: number;
  readonly shelves: readonly ReceivedShelf[];
}

export interface ReceivedShelf {
  readonly locationId: string;
  readonly goodsId: string;
  readonly goodsName: string;
  /** Fen. */
  readonly price: number;
  readonly image: string;
  readonly imageMd5: string;
  readonly capacity: number;
  readonly valve: number;
}

/** Takes the containers nested, as in the vendor's table, and flat, as in its example: then the shelves are the main cabinet's. */
export function readMachinePush(params: Fields): ReceivedMachine {
  const assetId = readText(params, 'assetId', { max: 128 });
  const flat = lists(params, 'containers').some((container) => Object.hasOwn(container, 'location_id'));
  return {
    assetId,
    name: words(params, 'name'),
    siteName: words(params, 'siteName'),
    lineName: words(params, 'lineName'),
    location: readLocation(params),
    containers: flat
      ? [{ cid: assetId, type: 0, shelves: each(params, 'containers', readShelf) }]
      : each(params, 'containers', (container) => ({
          cid: optionalText(container, 'cid', { max: 128 }) ?? assetId,
          type: whole(container, 'type'),
          shelves: each(container, 'shelves', readShelf),
        })),
  };
}

const readShelf = (shelf: Fields): ReceivedShelf => ({
  locationId: readText(shelf, 'location_id', { max: 64 }),
  goodsId: words(shelf, 'goods_id'),
  goodsName: words(shelf, 'goods_name'),
  price: whole(shelf, 'price'),
  image: words(shelf, 'img') || words(shelf, 'Img'),
  imageMd5: words(shelf, 'imgmd5') || words(shelf, 'Imgmd5'),
  capacity: whole(shelf, 'capacity'),
  valve: whole(shelf, 'valve'),
});

function readLocation(params: Fields): ReceivedMachine['location'] {
  const location = Object.hasOwn(params, 'location') ? params.location : undefined;
  if (!isRecord(location)) return undefined;
  const [longitude, latitude] = [coordinate(location, 'longitude', 180), coordinate(location, 'latitude', 90)];
  return longitude === undefined || latitude === undefined ? undefined : { longitude, latitude };
}

/** Platforms send more digits than a number holds: what is read of them is near enough. */
function coordinate(location: Fields, field: string, most: number): number | undefined {
  const text = optionalText(location, field, { max: 64 });
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(Math.abs(value) <= most)) throw new FieldError(`location.${field}`, `must be a number of degrees up to ${most}`);
  return value;
}
