import type { PartyGroup } from '../people/party-groups.js';

/** The groups that councillors of England sit in, by the names that registers, papers and spreadsheets give them. */
export const FIRST_GROUPS: PartyGroup[] = [
  {
    id: 'conservative',
    name: 'Conservative',
    also: ['Con', 'Cons', 'Conservatives', 'Conservative and Unionist', 'Tory'],
  },
  {
    id: 'labour',
    name: 'Labour',
    also: [
      'Lab',
      'Labour and Co-operative',
      'Labour and Cooperative',
      'Labour & Co-operative',
      'Labour Co-operative',
      'Labour/Co-operative',
      'Lab Co-op',
      'Labour and Co-op',
    ],
  },
  {
    id: 'liberal-democrat',
    name: 'Liberal Democrat',
    also: ['Lib Dem', 'Lib Dems', 'LibDem', 'LD', 'Liberal Democrats', 'Lib-Dem'],
  },
  { id: 'green', name: 'Green', also: ['Greens', 'Green Party of England and Wales', 'GRN'] },
  { id: 'reform-uk', name: 'Reform UK', also: ['Reform', 'REF'] },
  {
    id: 'independent',
    name: 'Independent',
    also: ['Ind', 'Independents', 'Independent …', 'Independents …', 'Non-aligned'],
  },
  {
    id: 'residents',
    name: 'Residents',
    also: ['Residents …', "Residents' …", "Resident's …", 'Ratepayers …'],
  },
  { id: 'aspire', name: 'Aspire', also: [] },
  { id: 'plaid-cymru', name: 'Plaid Cymru', also: ['Plaid'] },
  { id: 'other', name: 'Another party', also: ['Other', 'Others'] },
];
