import { upperFirst } from '../english/words.js';
import { isStaff, type Role } from '../people/permissions.js';

/** What a contact of a council is for. `opposition` gives the second approval where the kind asks for one. */
export const CONTACT_PURPOSES = ['booking', 'leader', 'chief', 'opposition', 'other'] as const;
export type ContactPurpose = (typeof CONTACT_PURPOSES)[number];

export const PURPOSE_NAMES: Record<ContactPurpose, string> = {
  booking: 'booking contact',
  leader: 'leader',
  chief: 'chief executive',
  opposition: 'opposition approver',
  other: 'other contact',
};

export interface Contact {
  purpose: ContactPurpose;
  name: string;
  email: string;
  /** What the person was called before purposes came from a list. */
  title?: string;
  /** Named by the council itself: may not sign in by that until the adviser says so. */
  unconfirmed?: true;
}

/** Contacts as pages show them: what each is for, at the beginning of a line. */
export const shownContacts = (
  contacts: Contact[],
): { label: string; name: string; email: string; unconfirmed: boolean }[] =>
  contacts.map(({ purpose, title, name, email, unconfirmed = false }) => ({
    unconfirmed,
    label: upperFirst(title ?? PURPOSE_NAMES[purpose]),
    name,
    email,
  }));

/** The addresses of known contacts who speak for the council; the opposition does not. */
export const councilAddresses = (contacts: Contact[]): string[] =>
  contacts.filter((one) => one.purpose !== 'opposition' && !one.unconfirmed).map(({ email }) => email);

/** The addresses of known contacts who give the second approval. */
export const oppositionAddresses = (contacts: Contact[]): string[] =>
  contacts.filter((one) => one.purpose === 'opposition' && !one.unconfirmed).map(({ email }) => email);

/** Whom a list names again stays as they were: unconfirmed until somebody says that they know them. */
export const keptUnconfirmed = (before: Contact[], now: Contact[]): Contact[] =>
  now.map((contact) =>
    before.some((one) => one.unconfirmed && one.email.toLowerCase() === contact.email.toLowerCase())
      ? { ...contact, unconfirmed: true }
      : contact,
  );

/**
 * Contacts as somebody names them: naming an address admits nobody but where the programme's own staff does it. Who signs in for the council
 * already is known: `speakers`, and as a second approver `approvers`.
 */
export const namedBy = (
  role: Role,
  contacts: Contact[],
  { speakers, approvers }: { speakers: string[]; approvers: string[] },
): Contact[] =>
  contacts.map((contact) => {
    const known = contact.purpose === 'opposition' ? approvers : speakers;
    const isKnown = known.some((address) => address.toLowerCase() === contact.email.toLowerCase());
    return isStaff(role) || isKnown ? contact : { ...contact, unconfirmed: true };
  });
