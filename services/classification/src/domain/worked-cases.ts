import type { Verdict } from '@tocsin/contracts';
import type { RiskInputs } from './verdict.ts';

/**
 * The worked cases of EDPB Guidelines 01/2021 on examples regarding personal data breach notification, version 2.0
 * (14 December 2021), that `domain.md` section 11 names: their facts in our words, and answered as we judge them. Only
 * what was published is a result: who was to be told.
 */
export interface WorkedCase {
  /** Number of the case in the guidelines. */
  readonly number: number;
  readonly title: string;
  readonly inputs: RiskInputs;
  /** Nobody, or the authority and the people; the guidelines have all of them registered. */
  readonly published: Extract<Verdict, 'UNLIKELY' | 'HIGH_RISK'>;
  readonly source: string;
}

const base: RiskInputs = {
  dataReadable: 'YES',
  recipient: 'MALICIOUS',
  misusePotential: 'NONE',
  availabilityHarm: 'NONE',
  integrityHarm: 'NONE',
  subjects: null,
};

const worked = (
  number: number,
  title: string,
  published: WorkedCase['published'],
  inputs: Partial<RiskInputs>,
): WorkedCase => ({
  number,
  title,
  inputs: { ...base, ...inputs },
  published,
  source: `EDPB Guidelines 01/2021, version 2.0, case ${number}`,
});

export const workedCases: readonly WorkedCase[] = [
  worked(1, 'A manufacturer is extorted; its data were encrypted, the backup is back within hours', 'UNLIKELY', {
    dataReadable: 'NO',
    availabilityHarm: 'TRIVIAL',
    subjects: 36,
  }),
  worked(3, 'A hospital is extorted and postpones operations for two days, though nothing leaked', 'HIGH_RISK', {
    dataReadable: 'NO',
    availabilityHarm: 'SERIOUS',
    subjects: 5_000,
  }),
  worked(5, 'An attacker takes job applications from an agency’s website for a month', 'HIGH_RISK', {
    misusePotential: 'SERIOUS',
    subjects: 213,
  }),
  worked(7, 'Stolen passwords are tried at a bank, and thousands of accounts are opened', 'HIGH_RISK', {
    misusePotential: 'SERIOUS',
    subjects: 100_000,
  }),
  worked(9, 'A list of insured people goes to one professional, who reports and deletes it', 'UNLIKELY', {
    recipient: 'TRUSTED_DELETED',
    misusePotential: 'LIMITED',
    subjects: 24,
  }),
  worked(11, 'A notebook with the unencrypted data of very many customers is stolen', 'HIGH_RISK', {
    misusePotential: 'LIMITED',
    availabilityHarm: 'TRIVIAL',
    subjects: 100_000,
  }),
  worked(13, 'Two customers receive each other’s parcel with its bill', 'UNLIKELY', {
    recipient: 'HARMLESS',
    misusePotential: 'TRIVIAL',
    subjects: 2,
  }),
  worked(15, 'Names and food preferences of a course go to former participants', 'UNLIKELY', {
    recipient: 'HARMLESS',
    misusePotential: 'TRIVIAL',
    subjects: 15,
  }),
  worked(17, 'Somebody poses as a customer and has the telephone bills sent to himself', 'HIGH_RISK', {
    misusePotential: 'SERIOUS',
    subjects: 1,
  }),
];
