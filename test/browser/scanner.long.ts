import { In, Not } from 'typeorm';
import type { Browser } from 'playwright-core';
import request from 'supertest';
import { FeedbackService } from '../../src/outcomes/feedback.service.js';
import { SoundingsService } from '../../src/proposals/soundings.service.js';
import { SYSTEM } from '../../src/people/access.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { chromiumPath, openBrowser } from '../support/browser.js';
import { Given } from '../support/given.js';
import { eventually, Service } from '../support/service.js';
import { snapshot } from '../support/snapshot.js';

const withBrowser = chromiumPath ? describe : describe.skip;

withBrowser('a mail scanner', () => {
  let service: Service;
  let browser: Browser;
  let links: string[];

  beforeAll(async () => {
    service = await Service.start();
    browser = await openBrowser();
    const given = new Given(service);
    await given.financePool(4);
    await service.source.query(`UPDATE peers SET email = 'p' || left(id::text, 8) || '@peers.example'`);
    await given.staff();
    const { challenge } = await given.approved('E08000028');
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`);
    const other = await given.scoped('E08000001', [{ start: '2027-09-07', days: 3 }]);
    const peer = await service.source.manager.findOne(Peer, {
      where: { class: 'member', council: { code: Not(In(['E08000001', 'E08000002', 'E08000006'])) } },
      order: { name: 'ASC' },
    });
    await service.app.get(SoundingsService).ask(SYSTEM, other.id, 'lead-member', peer?.id ?? '');
    await given.delivered('E08000028', [{ start: '2027-10-05', days: 3 }]);
    await service.app.get(FeedbackService).askAll(new Date());
    links = await eventually(async () => {
      const [{ waiting }] = await service.source.query<[{ waiting: string }]>(
        `SELECT count(*) AS waiting FROM messages WHERE state = 'waiting'`,
      );
      const bodies = await service.source.query<{ body: string }[]>('SELECT body FROM messages');
      const found = [...new Set(bodies.flatMap(({ body }) => body.match(/https?:\/\/\S+/g) ?? []))];
      return (
        waiting === '0' &&
        found.filter((link) => link.includes('/i/')).length >= 4 &&
        found.some((link) => link.includes('/f/')) &&
        found
      );
    }, 'every message');
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('that opens every link, presses every button and submits every form as found changes nothing, and the links still work', async () => {
    expect(links.filter((link) => /\/[isf]\//.test(link)).length).toBeGreaterThan(9);
    // Whoever has said yes, or no, has a link that tells the answer.
    const open = /\/[if]\//;
    const before = await snapshot(service.source);
    const page = await browser.newPage();
    for (const link of links) {
      await request(link).head('');
      await request(link).get('');
      await page.goto(link);
      const buttons = await page.locator('button, input[type=submit], a[role=button]').count();
      for (let n = 0; n < buttons; n++) {
        await page.goto(link);
        await page.locator('button, input[type=submit], a[role=button]').nth(n).click();
        await page.waitForLoadState('load');
      }
      await page.goto(link);
      const forms = await page.locator('form').count();
      for (let n = 0; n < forms; n++) {
        await page.goto(link);
        await Promise.all([
          page.waitForEvent('load'),
          page.evaluate(`document.forms[${String(n)}].submit()`),
        ]);
      }
    }
    await page.close();
    expect(await snapshot(service.source)).toEqual(before);
    for (const link of links.filter((one) => open.test(one)))
      expect((await request(link).get('')).text).toMatch(
        /You are asked to join a peer team|You said yes|How was (the challenge|your part in it)\?/,
      );
  }, 90_000);
});
