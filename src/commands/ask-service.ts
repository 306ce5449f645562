/** Where a service answers, and whose request it is. */
export interface Asker {
  address: string;
  token: string;
}

/** Options of a command that asks a running service. */
export const ADDRESS = ['--address <address>', 'where the service answers', 'http://localhost:3000'] as const;
export const TOKEN = [
  '--token <token>',
  'whose request it is; that of the example programme office unless told',
  'example-programme',
] as const;

interface Sent {
  /** What to send as JSON, or as it is with its type. */
  body?: object | { bytes: Uint8Array; type: string };
}

/** Asks a running service by its API. Throws an Error in its words where it refuses. */
export async function askService<T>(
  { address, token }: Asker,
  method: string,
  path: string,
  { body }: Sent = {},
): Promise<T> {
  const isFile = body !== undefined && 'bytes' in body;
  const response = await fetch(`${address}/api/${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': isFile ? (body as { type: string }).type : 'application/json',
    },
    ...(body
      ? { body: isFile ? Buffer.from((body as { bytes: Uint8Array }).bytes) : JSON.stringify(body) }
      : {}),
  }).catch(() => {
    throw new Error(`no service answers at ${address}; start it, or say where it is with --address.`);
  });
  const answer = (await response.json()) as T & {
    detail?: string;
    errors?: { pointer: string; detail: string }[];
  };
  if (response.ok) return answer;
  const faults = (answer.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  throw new Error([answer.detail ?? `the service answered ${String(response.status)}`, ...faults].join('; '));
}
