/** A customer of the provider, as the directory knows it. */
export interface Tenant {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  /** IANA time zone in which its deadlines are shown. */
  readonly zone: string;
  /** BCP 47. */
  readonly locale: string;
  readonly updatedAt: Date;
}
