import { In } from 'typeorm';
import type { RootCause, TuningTaskState } from '@tocsin/contracts';
import {
  decodeCursor,
  pageSize,
  saveVersioned,
  toPage,
  type Page,
  type PageOrder,
  type Store,
  type Transaction,
} from '@tocsin/database';
import { NotFound } from '@tocsin/errors';
import type { TuningFinding, TuningTask } from '../domain/tuning.ts';
import { isId, noId } from './id.ts';
import { tuningFindingTable, tuningTaskTable } from './tuning-table.ts';

/** Which tuning tasks are asked for; what is not given is not asked. */
export interface TuningFilter {
  readonly state?: TuningTaskState | null;
  readonly detectorId?: string | null;
}

export interface TuningStore extends Store<TuningTask> {
  among(ids: readonly string[]): Promise<TuningTask[]>;
  /** The task of this detector and cause that is not finished, with both locked until the transaction ends. */
  lockUnfinished(detectorId: string, rootCause: RootCause): Promise<TuningTask | null>;
  /** Newest first. */
  page(order: PageOrder & TuningFilter): Promise<Page<TuningTask>>;
}

export function tuningStore(tx: Transaction): TuningStore {
  const rows = tx.manager.getRepository(tuningTaskTable);
  const find = async (id: string): Promise<TuningTask | null> => (isId(id) ? rows.findOneBy({ id }) : null);
  return {
    aggregate: 'tuningTask',
    find,
    get: async (id) => {
      const task = await find(id);
      if (task === null) throw NotFound();
      return task;
    },
    save: (task) => saveVersioned(tx, tuningTaskTable, task),
    among: (ids) => rows.findBy({ id: In(ids.filter(isId)) }),
    lockUnfinished: async (detectorId, rootCause) => {
      const name = `tuning ${detectorId} ${rootCause}`;
      await tx.manager.sql`/* tuning_task.lock */ select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
      const where = { detectorId, rootCause, state: In(['OPEN', 'IN_PROGRESS']) };
      return rows.findOne({ where, lock: { mode: 'pessimistic_write' } });
    },
    page: async ({ first, after, state, detectorId }) => {
      const from = decodeCursor(after);
      const query = rows
        .createQueryBuilder('t')
        .orderBy('t.openedAt', 'DESC')
        .addOrderBy('t.id', 'DESC')
        .limit(pageSize({ first }) + 1);
      if (state !== undefined && state !== null) query.andWhere('t.state = :state', { state });
      if (detectorId !== undefined && detectorId !== null)
        query.andWhere('t.detectorId = :detectorId', { detectorId: isId(detectorId) ? detectorId : noId });
      if (from !== null) query.andWhere('(t.openedAt, t.id) < (:key, :id)', from);
      return toPage(await query.getMany(), first, ({ openedAt, id }) => ({ key: openedAt.toISOString(), id }));
    },
  };
}

/** Errors: that of the database if the incident is filed with the detector already. */
export async function saveFinding(tx: Transaction, finding: TuningFinding): Promise<void> {
  await tx.manager.insert(tuningFindingTable, finding);
}

/** Whether the task of this detector knows of the incident. */
export const isFound = (tx: Transaction, incidentId: string, detectorId: string): Promise<boolean> =>
  tx.manager.getRepository(tuningFindingTable).existsBy({ incidentId, detectorId });

/** Whether the task knows of the detection. */
export const hasDetection = (tx: Transaction, taskId: string, detectionId: string): Promise<boolean> =>
  tx.manager.getRepository(tuningFindingTable).existsBy({ taskId, detectionId });

/** The findings of a task, newest first. */
export async function findingsOf(
  tx: Transaction,
  taskId: string,
  { first, after }: PageOrder,
): Promise<Page<TuningFinding>> {
  const from = decodeCursor(after);
  const query = tx.manager
    .getRepository(tuningFindingTable)
    .createQueryBuilder('f')
    .where('f.taskId = :taskId', { taskId })
    .orderBy('f.foundAt', 'DESC')
    .addOrderBy('f.id', 'DESC')
    .limit(pageSize({ first }) + 1);
  if (from !== null) query.andWhere('(f.foundAt, f.id) < (:key, :id)', from);
  return toPage(await query.getMany(), first, ({ foundAt, id }) => ({ key: foundAt.toISOString(), id }));
}

/** The newest task that has a false positive of each of these detections: its dismissal, or its incident. */
export const tasksOfDetections = (
  tx: Transaction,
  detectionIds: readonly string[],
): Promise<{ readonly detectionId: string; readonly taskId: string }[]> =>
  tx.manager.sql`/* tuning_finding.of_detections */
    select distinct on (d.id) d.id as "detectionId", f.task_id as "taskId"
    from detection d
      left join known_attachment a on a.detection_id = d.id
      join tuning_finding f on f.detection_id = d.id
        or (f.incident_id = a.incident_id and f.detector_id = d.detector_id)
    where d.id = any(${detectionIds.filter(isId)}::uuid[])
    order by d.id, f.found_at desc, f.id desc`;
