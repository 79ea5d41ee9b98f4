import { isNativeError } from 'node:util/types';
import { Unavailable } from '@tocsin/errors';

/** The SQLSTATE or system error code of a driver error; TypeORM wraps the driver's own. */
export function codeOf(error: unknown): string {
  // Not `instanceof`: an error of Node's own modules is of another realm where code runs in a vm, as under Jest.
  if (!isNativeError(error)) return '';
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : '';
}

/** The database undid the transaction because of another one; doing it again may succeed: 40001, 40P01. */
export const isContention = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error));

const systemCodes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN'];
/** `pg` gives these situations no code. */
const words =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/;

/** The connection is lost or could not be made (08xxx, 57P01 to 57P03, 53300, network), or a lock was waited for too long (55P03). */
export function isOutage(error: unknown): boolean {
  const code = codeOf(error);
  if (/^08|^57P0[1-3]$|^53300$|^55P03$/.test(code) || systemCodes.includes(code)) return true;
  return isNativeError(error) && words.test(error.message);
}

/** Says UNAVAILABLE for an outage and keeps the cause; any other error stays what it is. */
export const asRefusal = (error: unknown): unknown =>
  isOutage(error) ? Object.assign(Unavailable(), { cause: error }) : error;
