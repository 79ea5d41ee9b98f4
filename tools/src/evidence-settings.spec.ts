import { describe, expect, it } from '@jest/globals';
import { evidenceSettings, isBucketSetting } from './evidence-settings.ts';

const secret = { TOCSIN_EVIDENCE_S3_ACCESS_KEY_ID: 'a', TOCSIN_EVIDENCE_S3_SECRET_ACCESS_KEY: 's' };

describe('evidence of `npm start`', () => {
  it('is in the state folder if no bucket is named', () => {
    expect(evidenceSettings('/state', { HOME: '/root' })).toEqual({ TOCSIN_EVIDENCE_DIR: '/state/evidence' });
  });

  it('is in the bucket that is named, and only there', () => {
    const env = { HOME: '/root', TOCSIN_EVIDENCE_S3_BUCKET: 'evidence', ...secret };
    expect(evidenceSettings('/state', env)).toEqual({
      ...secret,
      TOCSIN_EVIDENCE_S3_BUCKET: 'evidence',
      TOCSIN_EVIDENCE_DIR: '',
    });
  });

  it('is for the incident service to judge if the bucket has no name', () => {
    expect(evidenceSettings('/state', secret)).toEqual({ ...secret, TOCSIN_EVIDENCE_DIR: '/state/evidence' });
  });

  it('S-51 has settings that no other process sees', () => {
    expect(Object.keys(secret).every(isBucketSetting)).toBe(true);
    expect(isBucketSetting('TOCSIN_EVIDENCE_MAX_BYTES')).toBe(false);
  });
});
