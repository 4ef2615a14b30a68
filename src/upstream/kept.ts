// What an answer says of its connection in `Keep-Alive`: for how long, and for how many requests more, it is kept.

const TIMEOUT = /(?:^|[\s,])timeout\s*=\s*"?(\d{1,9})/i;
const MAX = /(?:^|[\s,])max\s*=\s*"?(\d{1,9})/i;

/** For how long the peer keeps the connection, in ms; undefined where it does not say. */
export function keptMsOf(value: string): number | undefined {
  const seconds = TIMEOUT.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** Whether the peer takes no further request on the connection. */
export function isUsedUp(value: string): boolean {
  return Number(MAX.exec(value)?.[1]) === 0;
}
