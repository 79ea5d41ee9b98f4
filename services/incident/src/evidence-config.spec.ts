import { describe, expect, it } from '@jest/globals';
import { evidencePlaceOf, type EvidenceSettings } from './evidence-config.ts';

const TOCSIN_EVIDENCE_MAX_BYTES = 5 * 1024 ** 3;
const inBucket = { TOCSIN_EVIDENCE_S3_BUCKET: 'evidence' };
const placeOf = (settings: Partial<EvidenceSettings>) => evidencePlaceOf({ TOCSIN_EVIDENCE_MAX_BYTES, ...settings });

describe('the place of evidence', () => {
  it('is a folder', () => {
    const empty = { TOCSIN_EVIDENCE_S3_BUCKET: '', TOCSIN_EVIDENCE_S3_ENDPOINT: '' };
    expect(placeOf({ TOCSIN_EVIDENCE_DIR: '/evidence', ...empty })).toEqual({ folder: '/evidence' });
  });

  it('is a bucket at AWS, with what the platform gives for credentials', () => {
    const place = { bucket: 'evidence', prefix: '', region: 'us-east-1', pathStyle: false };
    expect(placeOf({ TOCSIN_EVIDENCE_DIR: '', ...inBucket })).toEqual(place);
  });

  it('is a bucket of another store', () => {
    const settings = {
      ...inBucket,
      TOCSIN_EVIDENCE_S3_ENDPOINT: 'https://s3.example.com',
      TOCSIN_EVIDENCE_S3_REGION: 'eu-1',
      TOCSIN_EVIDENCE_S3_PREFIX: 'tocsin/evidence',
      TOCSIN_EVIDENCE_S3_ACCESS_KEY_ID: 'key',
      TOCSIN_EVIDENCE_S3_SECRET_ACCESS_KEY: 'secret',
    };
    expect(placeOf(settings)).toEqual({
      ...{ bucket: 'evidence', prefix: 'tocsin/evidence/', region: 'eu-1', endpoint: 'https://s3.example.com' },
      ...{ pathStyle: true, credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } },
    });
    expect(placeOf({ ...settings, TOCSIN_EVIDENCE_S3_PATH_STYLE: '0' })).toMatchObject({ pathStyle: false });
  });

  it.each<[string, Partial<EvidenceSettings>, RegExp]>([
    ['nothing', {}, /TOCSIN_EVIDENCE_DIR \(a folder\) or TOCSIN_EVIDENCE_S3_BUCKET/],
    ['two places', { TOCSIN_EVIDENCE_DIR: '/evidence', ...inBucket }, /not both/],
    [
      'a store without a bucket',
      { TOCSIN_EVIDENCE_DIR: '/evidence', TOCSIN_EVIDENCE_S3_ENDPOINT: 'http://127.0.0.1' },
      /TOCSIN_EVIDENCE_S3_ENDPOINT has no bucket/,
    ],
    ['no bucket', { TOCSIN_EVIDENCE_S3_BUCKET: 'Evidence/' }, /S3_BUCKET must be/],
    ['no address', { ...inBucket, TOCSIN_EVIDENCE_S3_ENDPOINT: 'minio:9000' }, /S3_ENDPOINT must be an http/],
    ['no prefix', { ...inBucket, TOCSIN_EVIDENCE_S3_PREFIX: '../up/ ' }, /S3_PREFIX must be/],
    ['no style', { ...inBucket, TOCSIN_EVIDENCE_S3_PATH_STYLE: 'yes' }, /S3_PATH_STYLE must be 0 or 1/],
    ['half of a key', { ...inBucket, TOCSIN_EVIDENCE_S3_ACCESS_KEY_ID: 'key' }, /SECRET_ACCESS_KEY go together/],
    ['files that no store takes', { ...inBucket, TOCSIN_EVIDENCE_MAX_BYTES: 6 * 1024 ** 4 }, /5 TiB/],
  ])('is refused at the start if the settings name %s', (_, settings, message) => {
    expect(() => placeOf(settings)).toThrow(message);
  });
});
