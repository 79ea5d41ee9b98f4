import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { testObjectStore } from '@tocsin/testkit';
import type { BucketPlace } from '../evidence-config.ts';

/** A bucket of one spec's own on the test object store, seen past the storage under test. */
export interface BucketRig {
  readonly client: S3Client;
  readonly place: BucketPlace;
  /** The keys of all objects, and one more for each further version or delete marker where there are any. */
  keys(): Promise<string[]>;
  /** The uploads under way to a key, or to keys that begin so if the store lists them. */
  uploads(prefix: string): Promise<string[]>;
  /** Puts bytes in the place of whatever is there. */
  overwrite(key: string, bytes: Buffer): Promise<void>;
  drop(): Promise<void>;
}

/** The bucket keeps versions if the store can. */
export async function createBucketRig(): Promise<BucketRig> {
  const { endpoint, ...credentials } = testObjectStore();
  const Bucket = `tocsin-test-${randomBytes(6).toString('hex')}`;
  const connection = { endpoint, region: 'us-east-1', credentials };
  const client = new S3Client({
    ...connection,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  await client.send(new CreateBucketCommand({ Bucket }));
  const versioning = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const keepsVersions = await client.send(versioning).then(
    () => true,
    () => false,
  );
  const objects = async () => {
    if (!keepsVersions) return (await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? [];
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    return [...Versions, ...DeleteMarkers];
  };
  const uploads = async (Prefix: string) =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }))).Uploads ?? [];
  return {
    client,
    place: { ...connection, bucket: Bucket, prefix: 'evidence/', pathStyle: true },
    keys: async () => (await objects()).map(({ Key = '' }) => Key),
    uploads: async (prefix) => (await uploads(prefix)).map(({ UploadId = '' }) => UploadId),
    overwrite: async (Key, Body) => {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    drop: async () => {
      for (const { Key, UploadId } of await uploads(''))
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      for (const { Key, ...object } of await objects())
        await client.send(
          new DeleteObjectCommand({ Bucket, Key, ...('VersionId' in object && { VersionId: object.VersionId }) }),
        );
      // S3Proxy takes a part of an aborted upload, and its bucket is not empty then, though it lists nothing.
      await client.send(new DeleteBucketCommand({ Bucket })).catch(() => undefined);
      client.destroy();
    },
  };
}
