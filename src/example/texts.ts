/** Recommendations as teams word them, of the kind that published reports hold. */
export const RECOMMENDED = [
  'Agree a small number of priorities for the next three years, and say what will be done less of.',
  'Set out how the gap in the medium-term financial plan is closed, year by year.',
  'Report progress on savings to cabinet every quarter, with what was delivered beside what was promised.',
  'Give scrutiny a work programme of its own, and answer its recommendations within two months.',
  'Review the constitution so that decisions are taken at the lowest suitable level.',
  'Train all councillors on their part in finance and risk, newly elected ones within three months.',
  'Hold regular talks between group leaders and the chief executive.',
  'Write a plan for the workforce that names the posts that are hard to fill.',
  'Tell residents what the council does, in one place and in plain words.',
  'Agree with partners what the place should be like in ten years.',
  'Publish how the council performs against others like it.',
  'Look again at the programme of capital works, and stop what cannot be resourced.',
];

/** Good practice as teams write it down. */
export const FOUND_GOOD = [
  {
    title: 'Budget talks with residents',
    theme: 'finance',
    what: 'Evening sessions in each town, with the real figures and a choice that changed the budget.',
  },
  {
    title: 'A front door for families',
    theme: 'children',
    what: 'One team of housing, benefits and early help answers the first call, and keeps the case until it is settled.',
  },
  {
    title: 'Young people in scrutiny',
    theme: 'communities',
    what: 'Two places on the scrutiny committee are held by members of the youth council, with the same papers.',
  },
  {
    title: 'Planning decisions on time',
    theme: 'place',
    what: 'A weekly look at every application older than six weeks, by the head of service and the chair.',
  },
  {
    title: 'Shared procurement',
    theme: 'finance',
    what: 'Four districts buy together, with one small team and a common calendar of contracts.',
  },
];

/** A usual timetable: by day on site, from 0. */
export const SESSIONS: {
  at: number | 'last';
  starts: string;
  ends: string;
  title: string;
  people: string;
  room: string;
}[] = [
  {
    at: 0,
    starts: '09:00',
    ends: '10:00',
    title: 'Welcome',
    people: 'leader and chief executive',
    room: 'Committee room 1',
  },
  {
    at: 0,
    starts: '10:30',
    ends: '12:00',
    title: 'Finance and the medium-term plan',
    people: 'section 151 officer',
    room: 'Committee room 1',
  },
  {
    at: 0,
    starts: '13:30',
    ends: '15:00',
    title: 'Focus group of staff',
    people: 'staff of all services',
    room: 'Committee room 2',
  },
  {
    at: 1,
    starts: '09:30',
    ends: '11:00',
    title: 'Scrutiny and governance',
    people: 'scrutiny chairs, monitoring officer',
    room: 'Committee room 1',
  },
  {
    at: 1,
    starts: '13:00',
    ends: '14:30',
    title: 'Partners',
    people: 'health, police, voluntary sector',
    room: 'Council chamber',
  },
  {
    at: 'last',
    starts: '14:00',
    ends: '15:30',
    title: 'Feedback',
    people: 'leader, chief executive, cabinet',
    room: 'Council chamber',
  },
];
