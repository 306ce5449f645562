import { CONTACT_PURPOSES } from '../../src/challenges/contacts.js';
import { ClockService } from '../../src/visits/clock.service.js';
import { FeedbackService } from '../../src/outcomes/feedback.service.js';
import { say } from '../../src/messages/templates.js';
import { endedDaysAgo } from '../support/follow-up.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

const ABOUT = { council: 'Exeter City Council', kind: 'Finance peer review', page: 'https://cf.example/1' };
const DATES = { firstDay: '2026-09-08', lastDay: '2026-09-11' };

describe('a letter says what has happened, and what is to be done', () => {
  it('to whoever answered: a yes is booked and may be changed, a no has an end', () => {
    const data = { council: ABOUT.council, ...DATES, part: '', offSite: false, until: '2026-06-05' };
    const [yes, no] = [
      say('answer-received', { ...data, yes: true, linkTold: false, takenOut: false }),
      say('answer-received', { ...data, yes: false, linkTold: false, takenOut: true }),
    ];
    expect([yes.subject, no.subject]).toEqual([
      'Exeter City Council – Thank you: your yes is booked',
      'Exeter City Council – Thank you for your answer',
    ]);
    expect(yes.body).toContain('You can change your answer until Friday 5 June 2026');
    expect(no.body).toContain('The dates are free again, and there is nothing more for you to do.');
    expect(no.body).not.toContain('booked');
    expect(yes.body).toContain('The dates for your diary come in another letter once everybody');
    expect(no.body).toContain('the attached file takes them out again');
    // Off site no day is held, so that none comes for the diary.
    const afar = { ...data, offSite: true, yes: true, linkTold: false, takenOut: false };
    expect(say('answer-received', afar).body).toMatch(/Your answer is yes\. You hear from us once everybody/);
  });

  it('to the adviser: a no and a silence are told apart, and a replacement is looked for', () => {
    const data = { ...ABOUT, seat: 'finance officer', peer: 'Ann Bell' };
    const no = say('invitation-refused', {
      ...data,
      expired: false,
      reason: 'on leave',
      otherDates: 'in July',
    });
    expect(no.subject).toBe('Exeter City Council – A peer cannot come');
    expect(no.body).toContain('Ann Bell, finance officer, cannot come.');
    expect(no.body).toContain('What they say: on leave');
    expect(no.body).toContain('Other dates that they could do: in July');
    expect(no.body).toContain('Everybody who has said yes stays');
    const silence = say('invitation-refused', { ...data, expired: true, reason: '', otherDates: '' });
    expect(silence.subject).toBe('Exeter City Council – A peer has not answered');
    expect(silence.body).toContain('Ann Bell, finance officer, has not answered in time.');
    expect(silence.body).not.toContain('What they say');
  });

  it.each([
    [
      { teams: 0, repair: false },
      'The teams that you asked for are ready',
      'No team is possible as things stand.',
    ],
    [{ teams: 1, repair: false }, 'The teams that you asked for are ready', '1 team is proposed, best first'],
    [
      { teams: 3, repair: false },
      'The teams that you asked for are ready',
      '3 teams are proposed, best first',
    ],
    [
      { teams: 1, repair: true },
      'A replacement for your team is ready',
      'everybody who said yes and may still serve stays.',
    ],
    [
      { teams: 0, repair: true },
      'A replacement for your team is ready',
      'No team is possible as things stand.',
    ],
  ])('to whoever asked for a team: %j', (facts, subject, sentence) => {
    const letter = say('teams-ready', { ...ABOUT, ...facts });
    expect(letter.subject).toBe(`Exeter City Council – ${subject}`);
    expect(letter.body).toContain(sentence);
  });

  it('to the council: an objection that is upheld leads to another team, one that is not leaves it', () => {
    const [upheld, not] = [true, false].map((one) =>
      say('objection-answered', { ...ABOUT, upheld: one, answer: 'they left in 2019', until: '2026-06-05' }),
    );
    expect(upheld?.body).toContain('Your principal adviser will propose a changed team.');
    expect(not?.body).toContain(
      'Your objection is not upheld. You can still approve the team, or object to another member, until the end of Friday 5 June 2026; if you say nothing by then, the team counts as approved.',
    );
    const late = say('objection-answered', { ...ABOUT, upheld: false, answer: 'no', until: null });
    expect(late.body).toContain('The time to object is over, and the team stands.');
    expect(late.body).not.toContain('You can still');
    expect(not?.body).toContain('The answer: they left in 2019');
  });

  it('to the adviser: an approval by silence is called one', () => {
    expect(say('team-approved', { ...ABOUT, silence: true }).body).toContain(
      'the team is approved, since nobody objected in time.',
    );
    expect(say('team-approved', { ...ABOUT, silence: false }).body).toContain('the team is approved.\n');
  });

  it('to the council: what is late, and what comes, differ in subject and in what is asked', () => {
    const data = {
      ...{ ...ABOUT, step: 'Action plan published', due: '2026-09-08' },
      ...{ byCouncil: true, answered: false },
    };
    const [late, comes] = [
      say('step-reminder', { ...data, late: true }),
      say('step-reminder', { ...data, late: false }),
    ];
    expect([late.subject, comes.subject]).toEqual([
      'Exeter City Council – Overdue: action plan published',
      'Exeter City Council – Coming up: action plan published',
    ]);
    expect(late.body).toContain(
      'This was due on Tuesday 8 September 2026, and has not been recorded as done:',
    );
    expect(comes.body).toContain('This is due on Tuesday 8 September 2026: action plan published.');
    // Only staff give a new date; what is answered by another message is not recorded on a page.
    expect(late.body).toContain('please tell us when it will be, and we change the date.');
    expect(say('step-reminder', { ...data, late: true, byCouncil: false }).body).toContain(
      'please give a new date there and the reason.',
    );
    const answered = say('step-reminder', { ...data, late: true, answered: true }).body;
    expect(answered).toContain('You answer two short questions, by the link in the e-mail that asked you.');
    expect(answered).not.toContain('record it');
  });

  it('counts one recommendation in the singular', () => {
    expect(say('recommendations-sent', { ...ABOUT, count: 1 }).body).toContain('has made 1 recommendation.');
    expect(say('recommendations-sent', { ...ABOUT, count: 2 }).body).toContain('has made 2 recommendations.');
  });

  it('to whoever booked: the dates that were offered, or that there are none yet', () => {
    expect(say('challenge-booked', { ...ABOUT, windows: [], unconfirmed: 0 }).body).toContain(
      'No dates are being considered yet.',
    );
    expect(say('challenge-booked', { ...ABOUT, windows: [DATES], unconfirmed: 1 }).body).toContain(
      'Dates being considered:\n- Tuesday 8 to Friday 11 September 2026\n',
    );
  });
});

describe('whom letters reach', () => {
  let service: Service;
  let id: string;

  beforeAll(async () => {
    service = await Service.start();
    const given = new Given(service);
    await given.financePool(2);
    await service.source.query(`UPDATE peers SET email = left(id::text, 8) || '@peers.example'`);
    ({ id } = await given.confirmed('E08000028', [{ start: '2027-06-08', days: 3 }]));
    const contacts = CONTACT_PURPOSES.map((purpose) => ({
      purpose,
      name: `The ${purpose}`,
      email: `${purpose}@council.example`,
    }));
    await service.source.query('UPDATE challenges SET contacts = $2 WHERE id = $1', [
      id,
      JSON.stringify(contacts),
    ]);
    const { firstDay: day } = await service.done<{ firstDay: string }>(
      'adviser',
      'get',
      `/api/challenges/${id}`,
    );
    const session = { day, starts: '09:00', ends: '10:00', title: 'Leader' };
    await service.done('adviser', 'post', `/api/challenges/${id}/timetable`, session);
  }, 60_000);
  afterAll(() => service.stop());

  const receivers = async (template: string): Promise<string[]> => {
    const rows = await service.source.query<{ recipient: string }[]>(
      `SELECT DISTINCT recipient FROM messages WHERE template = $1 AND about = $2 ORDER BY 1`,
      [template, `challenge:${id}`],
    );
    return rows.map(({ recipient }) => recipient.replace(/^[0-9a-f]{8}@peers/, 'peer@peers')).sort();
  };
  const SPEAKERS = [
    'booking@council.example',
    'chief@council.example',
    'leader@council.example',
    'other@council.example',
  ];

  it('are those who speak for the council where it has no accounts yet, never the opposition', async () => {
    const { TimetableService } = await import('../../src/visits/timetable.service.js');
    const actor = { id: 'test', role: 'adviser' as const } as Parameters<ClockService['record']>[0];
    await service.app.get(TimetableService).send(actor, id);
    expect([...new Set(await receivers('timetable'))]).toEqual([...SPEAKERS, 'peer@peers.example']);
    await endedDaysAgo(service.source, id, 3);
    await service.app.get(ClockService).advance(new Date());
    await service.app.get(FeedbackService).askAll(new Date());
    expect(await receivers('feedback')).not.toContain('opposition@council.example');
    expect(await receivers('feedback')).toEqual(expect.arrayContaining(SPEAKERS));
    await service.done('adviser', 'post', `/api/challenges/${id}/documents`, {
      type: 'draft_report',
      link: 'https://council.example/draft',
      dated: service.clock.today(),
    });
    expect(await receivers('draft-report')).toEqual(SPEAKERS);
  });

  it('are those who served, and nobody else of the pool, when something is published', async () => {
    // Others serve elsewhere on the days for which this team was booked.
    await new Given(service).confirmed('E08000029', [{ start: '2027-06-08', days: 3 }]);
    await service.done('adviser', 'post', `/api/challenges/${id}/documents`, {
      type: 'report',
      link: 'https://council.example/report',
      dated: service.clock.today(),
    });
    const team = await service.source.query<{ email: string }[]>(
      `SELECT p.email FROM bookings b JOIN peers p ON p.id = b.peer_id WHERE b.challenge_id = $1 ORDER BY 1`,
      [id],
    );
    const told = await service.source.query<{ email: string }[]>(
      `SELECT recipient AS email FROM messages WHERE template = 'published' AND about = $1 ORDER BY 1`,
      [`challenge:${id}`],
    );
    expect([told, told.length]).toEqual([team, 4]);
  });
});
