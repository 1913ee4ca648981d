import { FieldError, type Fields, optionalInteger, optionalText, readInteger, readText } from '../../shared/fields.ts';
import { each, isRecord, moment, words } from './received.ts';

export interface ReceivedStatus {
  readonly assetId: string;
  readonly siteName: string;
  readonly lineName: string;
  /** undefined for what the push does not tell: "a field that is empty says that there is no such news". */
  readonly vmcOnline: number | undefined;
  readonly online: number | undefined;
  readonly doorState: number | undefined;
  readonly isSale: number | undefined;
  readonly coin5Count: number | undefined;
  readonly coin10Count: number | undefined;
  readonly faultCode: readonly number[] | undefined;
  readonly vendingFault: readonly { readonly cid: string; readonly pcode: string; readonly ccode: string }[] | undefined;
  readonly shelvesState: readonly ReceivedShelfState[] | undefined;
  readonly temperState: readonly { readonly cid: string; readonly temperDetail: Fields }[] | undefined;
  readonly versions: readonly { readonly name: string; readonly type: string; readonly value: string }[] | undefined;
  readonly apps: readonly { readonly name: string; readonly version: string }[] | undefined;
  readonly fireware: string | undefined;
}

export interface ReceivedShelfState {
  readonly cid: string;
  readonly shelvesId: string;
  readonly soldOut: boolean;
  /** Seconds. */
  readonly soldoutTime: number | undefined;
}

export function readStatusPush(params: Fields): ReceivedStatus {
  const assetId = readText(params, 'assetId', { max: 128 });
  const flag = (field: string) => optionalInteger(params, field, { min: 0, max: 1 });
  const told = <T>(field: string, read: (item: Fields) => T): T[] | undefined =>
    Object.hasOwn(params, field) && params[field] !== null && params[field] !== '' ? each(params, field, read) : undefined;
  return {
    assetId,
    siteName: words(params, 'siteName'),
    lineName: words(params, 'lineName'),
    vmcOnline: flag('vmcOnline'),
    online: flag('online'),
    doorState: flag('doorState'),
    isSale: flag('isSale'),
    coin5Count: optionalInteger(params, 'coin5Count', { min: 0 }),
    coin10Count: optionalInteger(params, 'coin10Count', { min: 0 }),
    faultCode: readFaultCode(params),
    vendingFault: told('vendingFault', (fault) => ({
      cid: words(fault, 'cid') || assetId,
      pcode: words(fault, 'pcode'),
      ccode: words(fault, 'ccode'),
    })),
    shelvesState: told('shelvesState', (shelf) => ({
      cid: words(shelf, 'cid') || assetId,
      shelvesId: readText(shelf, 'shelvesId', { max: 64 }),
      soldOut: readInteger(shelf, 'state', { min: 0, max: 1 }) === 1,
      soldoutTime: moment(shelf, 'soldoutTime'),
    })),
    temperState: told('temperState', (cabinet) => ({
      cid: words(cabinet, 'cid'),
      temperDetail: isRecord(cabinet.temperDetail) ? cabinet.temperDetail : {},
    })),
    versions: told('versions', (version) => ({
      name: words(version, 'name'),
      type: words(version, 'type'),
      value: words(version, 'value'),
    })),
    apps: told('apps', (app) => ({ name: words(app, 'name'), version: words(app, 'version') })),
    fireware: optionalText(params, 'fireware', { max: 1024 }),
  };
}

function readFaultCode(params: Fields): number[] | undefined {
  const codes = Object.hasOwn(params, 'faultCode') ? params.faultCode : undefined;
  if (codes === undefined || codes === null || codes === '') return undefined;
  if (!Array.isArray(codes)) throw new FieldError('faultCode', 'must be a list of numbers');
  return codes.map((code: unknown, index) => readInteger({ [`faultCode[${index}]`]: code }, `faultCode[${index}]`));
}
