import { changedOnly, type ChangeLine } from '../reference/change-lines.js';
import { CLOCK_FIELDS, KIND_FIELDS } from './kind-fields.js';
import { coverageWords, weightWords } from './kind-lines.js';
import type { Clock, Kind } from './kind.js';
import { presenceWords } from './presence.js';
import { seatWords } from './seats.js';
import { skillWords } from './skill-words.js';

/** What differs between two contents of a kind, field by field, as the page names them. */
export function kindChanges(now: Kind, then: Kind): ChangeLine[] {
  const fields = (Object.keys(KIND_FIELDS) as (keyof Kind)[]).flatMap((name): ChangeLine[] => {
    const label = KIND_FIELDS[name].form?.label;
    return label === undefined ? [] : [{ label, from: said(now, name), to: said(then, name) }];
  });
  const clock = (Object.keys(CLOCK_FIELDS) as (keyof Clock)[]).map((step) => ({
    label: CLOCK_FIELDS[step].label,
    from: String(now.clock[step] ?? 'none'),
    to: String(then.clock[step] ?? 'none'),
  }));
  return changedOnly([...fields, ...clock, ...seatChanges(now, then)]);
}

function seatChanges(now: Kind, then: Kind): ChangeLine[] {
  const ids = [...new Set([...now.seats, ...then.seats].map(({ id }) => id))];
  const words = ({ seats }: Kind, id: string): string => {
    const seat = seats.find((one) => one.id === id);
    if (!seat) return 'none';
    const { positions, skills, party, shadow } = seat;
    const asked = [positions.join(' or '), skillWords(skills), party === 'any' ? '' : `party: ${party}`];
    const besides = [presenceWords(seat), shadow ? 'learns beside the team' : ''];
    return [...asked, ...besides].filter((one) => one !== '').join('; ');
  };
  return ids.map((id) => ({ label: `Seat: ${seatWords(id)}`, from: words(now, id), to: words(then, id) }));
}

function said(kind: Kind, name: keyof Kind): string {
  if (name === 'coverage') return kind.coverage.map(coverageWords).join('; ') || 'none';
  if (name === 'weights') return weightWords(kind.weights).join('; ') || 'none';
  const value = kind[name];
  if (typeof value === 'boolean' || value === undefined) return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(String).join(', ') || 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
