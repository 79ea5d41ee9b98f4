import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@tocsin/testkit';
import { tables } from './tables.ts';

describe('the tables', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase('detection', tables);
  });
  afterAll(() => database.drop());

  it('are what the migrations make: TypeORM would change nothing', async () => {
    const { upQueries } = await database.db.source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('S-9 without a scope row security shows and takes nothing', async () => {
    const insert = `insert into signal values (gen_random_uuid(), 1, 'CUSTOMER_REPORT', 'r', 'h', 'p', null, now(), now(),
      null, '[]', '{}', '{}')`;
    await expect(database.db.source.query(insert)).rejects.toThrow(/row-level security/);
    await database.admin(insert);
    expect(await database.db.source.query('select id from signal')).toEqual([]);
  });
});
