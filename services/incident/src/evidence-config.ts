import { z } from 'zod';
import { ConfigError } from '@tocsin/runtime';

const text = z.string().optional();

/** Where the bytes of evidence are kept: in a folder or in a bucket. */
export const evidenceConfig = {
  TOCSIN_EVIDENCE_DIR: text.describe('folder of the bytes of evidence, of this one process; or name a bucket'),
  TOCSIN_EVIDENCE_S3_BUCKET: text.describe(
    'bucket of the bytes of evidence in an S3-compatible store, which several processes may share; or name a folder',
  ),
  TOCSIN_EVIDENCE_S3_ENDPOINT: text.describe('http or https URL of the store; AWS itself if not given'),
  TOCSIN_EVIDENCE_S3_REGION: text.describe('region of the bucket; us-east-1 if not given'),
  TOCSIN_EVIDENCE_S3_PREFIX: text.describe('what the keys of all objects begin with, such as tocsin/evidence'),
  TOCSIN_EVIDENCE_S3_PATH_STYLE: text.describe(
    '1: the bucket is part of the path; 0: of the host name; 1 with an endpoint and 0 without if not given',
  ),
  TOCSIN_EVIDENCE_S3_ACCESS_KEY_ID: text.describe(
    "access key of the store; what the platform gives (AWS_* variables, a role) by the rules of AWS's SDK if not given",
  ),
  TOCSIN_EVIDENCE_S3_SECRET_ACCESS_KEY: text.describe('secret of that access key'),
  TOCSIN_EVIDENCE_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(5 * 1024 ** 3)
    .describe('largest file of evidence, bytes; at most 5 TiB in a bucket'),
};

export interface FolderPlace {
  readonly folder: string;
}

export interface BucketPlace {
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  readonly region: string;
  /** AWS if absent. */
  readonly endpoint?: string;
  readonly pathStyle: boolean;
  /** What the platform gives to this process if absent. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type EvidencePlace = FolderPlace | BucketPlace;

type Name = Exclude<keyof typeof evidenceConfig, 'TOCSIN_EVIDENCE_MAX_BYTES'>;
export type EvidenceSettings = Readonly<Partial<Record<Name, string | undefined>>> & {
  readonly TOCSIN_EVIDENCE_MAX_BYTES: number;
};

/** The protocol allows no larger object. */
const largestObject = 5 * 1024 ** 4;

/**
 * The one place that the settings name; an empty setting counts as not given.
 *
 * @throws ConfigError if they name none or two, or one of them makes no sense.
 */
export function evidencePlaceOf(settings: EvidenceSettings): EvidencePlace {
  const { TOCSIN_EVIDENCE_DIR: folder = '', TOCSIN_EVIDENCE_S3_BUCKET: bucket = '' } = settings;
  if (folder !== '' && bucket !== '')
    throw new ConfigError('Set TOCSIN_EVIDENCE_DIR or TOCSIN_EVIDENCE_S3_BUCKET, not both: evidence is in one place.');
  if (bucket !== '') return bucketOf(settings, bucket);
  const stray = Object.entries(settings).find(([name, value]) => name.startsWith('TOCSIN_EVIDENCE_S3_') && value);
  if (stray !== undefined)
    throw new ConfigError(`${stray[0]} has no bucket: name one by TOCSIN_EVIDENCE_S3_BUCKET, or leave it out.`);
  if (folder !== '') return { folder };
  throw new ConfigError('Say where evidence is kept: TOCSIN_EVIDENCE_DIR (a folder) or TOCSIN_EVIDENCE_S3_BUCKET.');
}

function bucketOf(settings: EvidenceSettings, bucket: string): BucketPlace {
  const { TOCSIN_EVIDENCE_S3_ENDPOINT: endpoint = '', TOCSIN_EVIDENCE_S3_REGION: region = '' } = settings;
  const { TOCSIN_EVIDENCE_S3_PREFIX: prefix = '', TOCSIN_EVIDENCE_S3_PATH_STYLE: style = '' } = settings;
  must(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket), 'BUCKET must be 3 to 63 of a-z, 0-9, dot and hyphen.');
  must(endpoint === '' || isHttpUrl(endpoint), 'ENDPOINT must be an http or https URL.');
  must(
    /^[\w.-]+(\/[\w.-]+)*\/?$|^$/.test(prefix),
    'PREFIX must be names of letters, digits, _, . and -, with / between.',
  );
  must(['', '0', '1'].includes(style), 'PATH_STYLE must be 0 or 1.');
  if (settings.TOCSIN_EVIDENCE_MAX_BYTES > largestObject)
    throw new ConfigError(`TOCSIN_EVIDENCE_MAX_BYTES must be at most ${largestObject}, 5 TiB, in a bucket.`);
  return {
    bucket,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    region: region === '' ? 'us-east-1' : region,
    pathStyle: style === '' ? endpoint !== '' : style === '1',
    ...(endpoint !== '' && { endpoint }),
    ...credentialsOf(settings),
  };
}

function credentialsOf(settings: EvidenceSettings): Pick<BucketPlace, 'credentials'> {
  const { TOCSIN_EVIDENCE_S3_ACCESS_KEY_ID: accessKeyId = '' } = settings;
  const { TOCSIN_EVIDENCE_S3_SECRET_ACCESS_KEY: secretAccessKey = '' } = settings;
  must((accessKeyId === '') === (secretAccessKey === ''), 'ACCESS_KEY_ID and …_SECRET_ACCESS_KEY go together.');
  return accessKeyId === '' ? {} : { credentials: { accessKeyId, secretAccessKey } };
}

function must(holds: boolean, rule: string): void {
  if (!holds) throw new ConfigError(`TOCSIN_EVIDENCE_S3_${rule}`);
}

const isHttpUrl = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
