import { createHmac, randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Settings } from '../settings.js';
import { htmlOf } from './letter.js';

/** A message as it goes out. */
export interface Mail {
  /** Stays the same when it is sent again after an accident, so that the receiving side can tell. */
  id: string;
  to: string;
  /** Whom an answer reaches, where that is not whoever answers for the service. */
  replyTo: string | null;
  subject: string;
  text: string;
  calendar: { content: string; method: string } | null;
}

/** The way out for messages. Throws `Undeliverable` for what no repetition would mend, and any other error for what one may. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
  /** Throws where it cannot be reached, or does not let us in. */
  reach(): Promise<void>;
  /** Whether messages stay readable here, since nobody else has them. */
  keeps: boolean;
}

export class Undeliverable extends Error {}

/** Why a message was not sent, for the log: codes of the other side and of the connection, never its words, which may name somebody. */
export function reasonNotSent(error: unknown): object {
  const { code, responseCode, command } = (
    error instanceof Undeliverable ? (error.cause ?? {}) : error
  ) as Record<string, unknown>;
  return { code, responseCode, command };
}

/** By a mail server, by GOV.UK Notify, or, in example mode, into the outbox page only. */
export function makeMailer(settings: Settings): Mailer {
  if (settings.SMTP_URL) return bySmtp(settings.SMTP_URL, settings);
  if (settings.NOTIFY_KEY && settings.NOTIFY_TEMPLATE)
    return byNotify(settings.NOTIFY_KEY, settings.NOTIFY_TEMPLATE, settings.NOTIFY_URL);
  return { keeps: true, send: () => Promise.resolve(), reach: () => Promise.resolve() };
}

/** The mail server of this machine, to which nothing travels. */
const isHere = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

const CAN_REPLY = 'You can reply to this message: the programme office reads what you write.';
const canReplyTo = (whom: string): string => `You can reply to this message: your reply goes to ${whom}.`;

function bySmtp(url: string, { MAIL_FROM: from, REPLY_TO, ADDRESS, MODE }: Settings): Mailer {
  const host = new URL(ADDRESS).hostname;
  const transport = createTransport({
    url,
    // In real use a server that offers no encryption gets nothing: codes and links would travel openly.
    requireTLS: MODE === 'live' && !isHere(url),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  });
  return {
    keeps: false,
    reach: async () => {
      await transport.verify();
    },
    send: async ({ id, to, replyTo, subject, text, calendar }) => {
      const reply = replyTo === null ? REPLY_TO && CAN_REPLY : canReplyTo(replyTo);
      const whole = reply ? `${text}\n${reply}\n` : text;
      try {
        await transport.sendMail({
          from,
          replyTo: replyTo ?? REPLY_TO,
          to: { name: '', address: to },
          subject,
          text: whole,
          html: htmlOf(whole),
          // No machine answers it that it is on leave (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
          messageId: `<${id}@${host}>`,
          ...(calendar
            ? { icalEvent: { filename: 'visit.ics', method: calendar.method, content: calendar.content } }
            : {}),
        });
      } catch (error) {
        const { responseCode } = error as { responseCode?: number };
        if (responseCode !== undefined && responseCode >= 550 && responseCode < 560)
          throw new Undeliverable(String(responseCode), { cause: error });
        throw error;
      }
    },
  };
}

const SERVICE_ID =
  /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Notify takes no calendar files: its messages name the page that has them. */
function byNotify(key: string, template: string, address: string): Mailer {
  return {
    keeps: false,
    reach: async () => {
      const headers = { Authorization: `Bearer ${notifyToken(key)}` };
      const { ok, status } = await fetch(`${address}/v2/template/${template}`, {
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(10_000),
      });
      if (!ok) throw Object.assign(new Error('refused by Notify'), { responseCode: status });
    },
    send: async ({ id, to, subject, text }) => {
      const response = await fetch(`${address}/v2/notifications/email`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${notifyToken(key)}` },
        body: JSON.stringify({
          email_address: to,
          template_id: template,
          personalisation: { subject, body: text },
          reference: id,
        }),
        redirect: 'error',
        signal: AbortSignal.timeout(20_000),
      });
      const refused = { responseCode: response.status };
      if (response.status === 400) throw new Undeliverable('refused by Notify', { cause: refused });
      if (!response.ok) throw Object.assign(new Error(`Notify answered ${String(response.status)}`), refused);
    },
  };
}

/** The signed token that Notify asks for: its key ends in the service's id and the secret. */
function notifyToken(key: string): string {
  const [, service = '', secret = ''] = SERVICE_ID.exec(key) ?? [];
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iss: service, iat: Math.floor(Date.now() / 1000), jti: randomUUID() })}`;
  return `${claims}.${createHmac('sha256', secret).update(claims).digest('base64url')}`;
}
