import { EntitySchema } from 'typeorm';
import type { PostMortem, SopUpdate } from '../domain/post-mortem.ts';
import type { Stored } from './incident-table.ts';

export const postMortemTable = new EntitySchema<PostMortem>({
  name: 'post_mortem',
  tableName: 'post_mortem',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'post_mortem_pkey' },
    version: { type: 'integer' },
    incidentId: { name: 'incident_id', type: 'uuid' },
    state: { type: 'text' },
    authorIds: { name: 'author_ids', type: 'text', array: true },
    details: { type: 'text' },
    responseSufficient: { name: 'response_sufficient', type: 'jsonb', nullable: true },
    proceduresSufficient: { name: 'procedures_sufficient', type: 'jsonb', nullable: true },
    sopUpdates: {
      name: 'sop_updates',
      type: 'jsonb',
      transformer: {
        to: (updates: readonly SopUpdate[]) => updates,
        from: (stored: readonly Stored<SopUpdate>[]) =>
          stored.map((update) => ({ ...update, dueAt: new Date(update.dueAt) })),
      },
    },
    noUpdateReason: { name: 'no_update_reason', type: 'text', nullable: true },
    approvedBy: { name: 'approved_by', type: 'text', nullable: true },
    summary: { type: 'jsonb', nullable: true },
  },
  uniques: [{ name: 'post_mortem_incident_key', columns: ['incidentId'] }],
  checks: [
    {
      name: 'post_mortem_approved_check',
      expression: `(state in ('DRAFT', 'REVIEW')) = (approved_by is null)`,
    },
    {
      name: 'post_mortem_answered_check',
      expression: `approved_by is null or (response_sufficient is not null and procedures_sufficient is not null
        and (sop_updates <> '[]' or no_update_reason is not null))`,
    },
    { name: 'post_mortem_two_people_check', expression: `not (approved_by = any (author_ids))` },
    {
      name: 'post_mortem_complete_check',
      expression: `state <> 'COMPLETE' or not jsonb_path_exists(sop_updates, '$[*] ? (@.toVersion == null)')`,
    },
    {
      name: 'post_mortem_summary_two_people_check',
      expression: `not (summary -> 'authorIds' @> (summary -> 'approvedBy'))`,
    },
  ],
});
