// Names of time zones, as the IANA data base of the runtime has them.

const ZONE = /^[A-Za-z0-9._+/-]{1,64}$/;

/** Whether a text is the name of a time zone (`Asia/Taipei`, `UTC`). */
export function isTimeZone(text: string): boolean {
  // An offset such as `+08:00` would be one too, and know nothing of summer time.
  if (!ZONE.test(text) || /^[+-]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
