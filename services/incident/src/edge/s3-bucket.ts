import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Logger } from '@tocsin/runtime';
import type { BucketPlace } from '../evidence-config.ts';
import { storageAway } from './evidence-storage.ts';

/** An upload in parts that is under way. */
export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

/** As the store names a part that it has. */
export interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
}

/** What is known of an object before its bytes are read. */
export interface Found {
  readonly bytes: number;
  /** As whoever stored it said; absent on objects that were copied in. */
  readonly sha256: string | undefined;
}

/** The calls of S3 that evidence needs, to one bucket. Errors of all: UNAVAILABLE, and the log has the cause. */
export type S3Bucket = ReturnType<typeof s3Bucket>;

const taken = 'PreconditionFailed';
const octets = 'application/octet-stream';

export function s3Bucket({ bucket: Bucket, ...place }: BucketPlace, log: Logger) {
  const client = createClient(place);
  let answered = true;
  /** @param expected names of errors that are an answer to the caller, not a failure */
  const ask = async <T>(action: string, call: Promise<T>, expected: readonly string[] = []): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (expected.includes(nameOf(error))) throw error;
      throw storageAway(log, action, error);
    }
  };
  return {
    /** The log says why not, once until it answers again. */
    answers: async (withinMs: number): Promise<boolean> => {
      try {
        await client.send(new HeadBucketCommand({ Bucket }), { abortSignal: AbortSignal.timeout(withinMs) });
        answered = true;
      } catch (error) {
        if (answered) storageAway(log, 'answer', error);
        answered = false;
      }
      return answered;
    },
    /** The request is signed with the digest of the body, which the store checks. Throws PreconditionFailed if the key is taken. */
    put: async (Key: string, Body: Buffer, sha256: string): Promise<void> => {
      const facts = { ContentType: octets, Metadata: { sha256 }, IfNoneMatch: '*' };
      await ask('put', client.send(new PutObjectCommand({ Bucket, Key, Body, ...facts })), [taken]);
    },
    begin: async (key: string, sha256: string): Promise<Upload> => {
      const facts = { ContentType: octets, Metadata: { sha256 } };
      const begun = await ask('begin', client.send(new CreateMultipartUploadCommand({ Bucket, Key: key, ...facts })));
      return { key, uploadId: begun.UploadId ?? '' };
    },
    /** The store checks these bytes as those of `put`. */
    sendPart: async ({ key: Key, uploadId: UploadId }: Upload, PartNumber: number, Body: Buffer): Promise<SentPart> => {
      const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body });
      return { PartNumber, ETag: (await ask('send a part', client.send(command))).ETag };
    },
    /** Makes one object of the parts. Throws PreconditionFailed if the key is taken. */
    complete: async ({ key: Key, uploadId: UploadId }: Upload, Parts: SentPart[]): Promise<void> => {
      const facts = { Bucket, Key, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' };
      await ask('complete', client.send(new CompleteMultipartUploadCommand(facts)), [taken]);
    },
    abort: async ({ key: Key, uploadId: UploadId }: Upload): Promise<void> => {
      const call = client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      await ask('abort', call, ['NoSuchUpload']).catch(only('NoSuchUpload'));
    },
    /** Null if there is no such object. */
    find: async (Key: string): Promise<Found | null> => {
      const call = client.send(new HeadObjectCommand({ Bucket, Key }));
      const found = await ask('find', call, ['NotFound']).catch(only('NotFound'));
      return found && { bytes: found.ContentLength ?? 0, sha256: found.Metadata?.['sha256'] };
    },
    /** Null if there is no such object. Read it, or destroy it. */
    open: async (Key: string): Promise<{ readonly bytes: number; readonly body: Readable } | null> => {
      const call = client.send(new GetObjectCommand({ Bucket, Key }));
      const found = await ask('open', call, ['NoSuchKey']).catch(only('NoSuchKey'));
      return found && { bytes: found.ContentLength ?? 0, body: found.Body as Readable };
    },
    /** The uploads under way whose key begins so. A store may list only those whose key is just this. */
    uploads: async function* (Prefix: string): AsyncGenerator<Upload & { readonly ageMs: number }> {
      for (let marker = {}; ;) {
        const call = client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...marker }));
        const page = await ask('list', call, ['NotImplemented']).catch(only('NotImplemented'));
        if (page === null) return;
        for (const { Key: key = '', UploadId: uploadId = '', Initiated } of page.Uploads ?? [])
          yield { key, uploadId, ageMs: storesNow(client) - (Initiated?.getTime() ?? Infinity) };
        if (page.IsTruncated !== true) return;
        marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
    },
    /** With all its versions: a plain DELETE would only hide them. */
    remove: async (Key: string): Promise<void> => {
      for (const VersionId of await versions(client, Bucket, Key, ask))
        await ask('remove', client.send(new DeleteObjectCommand({ Bucket, Key, VersionId })));
    },
    close: () => client.destroy(),
  };
}

type Ask = <T>(action: string, call: Promise<T>, expected?: readonly string[]) => Promise<T>;

/** The ids of all versions and delete markers of an object; one undefined id where the store keeps no versions. */
async function versions(client: S3Client, Bucket: string, Key: string, ask: Ask): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for (let marker = {}; ;) {
    const call = client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key, ...marker }));
    const page = await ask('list versions', call, ['NotImplemented']).catch(only('NotImplemented'));
    if (page === null) return [undefined];
    const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    found.push(...all.filter((version) => version.Key === Key).map(({ VersionId }) => VersionId));
    if (page.IsTruncated !== true) return found;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** By shape: under Jest, Node's own errors are of another realm. */
const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';

/** Turns one error into null. */
const only =
  (name: string) =>
  (error: unknown): null => {
    if (nameOf(error) === name) return null;
    throw error;
  };

/** By the clock of the store, as its last answer told it: the ages of its uploads are by that clock, too. */
function storesNow({ config }: S3Client): number {
  // eslint-disable-next-line no-restricted-syntax -- No transaction, and no decision that is recorded.
  return Date.now() + config.systemClockOffset;
}

function createClient({ region, endpoint, pathStyle, credentials }: Omit<BucketPlace, 'bucket'>): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    // Only our own settings say where evidence goes; credentials may come from the platform.
    ignoreConfiguredEndpointUrls: true,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    // Some compatible servers refuse the checksums that the SDK would add. The signature covers each body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    retryMode: 'standard',
    // No limit on a silent socket: it may be the person who downloads slowly, and the files port watches that.
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 60_000, throwOnRequestTimeout: true, socketTimeout: 0 },
  });
}
