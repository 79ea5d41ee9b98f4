import { In } from 'typeorm';
import { tableStore, type Store, type Transaction } from '@tocsin/database';
import type { PageContact } from '../domain/page-contact.ts';
import { firstOfTwo } from './first-of-two.ts';
import { pageContactTable } from './page-contact-table.ts';

interface PageContactStore extends Store<PageContact> {
  findByPrincipal(principalId: string): Promise<PageContact | null>;
  listByPrincipal(principalIds: readonly string[]): Promise<PageContact[]>;
}

const rowsOf = tableStore('pageContact', pageContactTable);

/** Where the staff is reached, one entry for each principal. */
export function pageContactStore(tx: Transaction): PageContactStore {
  const rows = tx.manager.getRepository(pageContactTable);
  const store = rowsOf(tx);
  return {
    ...store,
    save: (contact) => store.save(contact).catch(firstOfTwo('page_contact_principal_key')),
    findByPrincipal: (principalId) => rows.findOneBy({ principalId }),
    listByPrincipal: (principalIds) => rows.findBy({ principalId: In([...principalIds]) }),
  };
}
