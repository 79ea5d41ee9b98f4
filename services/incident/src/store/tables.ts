import type { EntitySchema } from 'typeorm';
import { exerciseTable } from './exercise-table.ts';
import { evidenceCustodyTable } from './evidence-custody-table.ts';
import { evidenceFileTable } from './evidence-file-table.ts';
import { fileTicketTable } from './file-ticket-table.ts';
import { auditExportTable } from './audit-export-table.ts';
import { auditGrantTable } from './audit-grant-table.ts';
import { incidentDetectionTable } from './incident-detection-table.ts';
import { incidentListingTable, incidentSearchTable } from './incident-listing-table.ts';
import { incidentMemberTable } from './incident-member-table.ts';
import { incidentTable } from './incident-table.ts';
import { knownConflictTable } from './known-conflict-table.ts';
import { knownDetectionTable } from './known-detection-table.ts';
import { knownHoldTable } from './known-hold-table.ts';
import { knownIncidentFactTable } from './known-incident-fact-table.ts';
import { knownTenantTable } from './known-tenant-table.ts';
import { pageContactTable } from './page-contact-table.ts';
import { pageMessageTable } from './page-message-table.ts';
import { pageTable } from './page-table.ts';
import { planDeliveryTable } from './plan-delivery-table.ts';
import { postMortemTable } from './post-mortem-table.ts';
import { rotaGapAlarmTable } from './rota-gap-alarm-table.ts';
import { rotaTable } from './rota-table.ts';
import { staffMemberTable } from './staff-member-table.ts';
import { timelineEntryTable } from './timeline-entry-table.ts';
import { transferTable } from './transfer-table.ts';

/** Every table of the service. */
export const tables: readonly EntitySchema[] = [
  incidentTable,
  incidentMemberTable,
  incidentDetectionTable,
  staffMemberTable,
  knownIncidentFactTable,
  knownConflictTable,
  knownHoldTable,
  knownDetectionTable,
  knownTenantTable,
  postMortemTable,
  exerciseTable,
  timelineEntryTable,
  pageTable,
  pageMessageTable,
  pageContactTable,
  planDeliveryTable,
  evidenceCustodyTable,
  evidenceFileTable,
  fileTicketTable,
  transferTable,
  rotaTable,
  rotaGapAlarmTable,
  auditGrantTable,
  auditExportTable,
  incidentListingTable,
  incidentSearchTable,
];
