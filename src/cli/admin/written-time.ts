// Days and moments in the options of a command, as the admin API takes them.

import { type Message, message } from "../../language/messages.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** What is wrong with it; undefined where it is left out, a day such as 2027-01-31, or a date with time and zone. */
export function timeProblem(option: string, written: string | undefined): Message | undefined {
  if (written === undefined || isTime(written)) return undefined;
  return message("fail.option", { option, value: written, wanted: message("want.time") });
}

/** The same of the options `--from` and `--to`. */
export function spanProblem(span: { readonly from?: string; readonly to?: string }): Message | undefined {
  return timeProblem("--from", span.from) ?? timeProblem("--to", span.to);
}

function isTime(written: string): boolean {
  if (MOMENT.test(written)) return isDay(written.slice(0, 10)) && !Number.isNaN(Date.parse(written));
  return DAY.test(written) && isDay(written);
}

/** Months have ends: Date.parse takes the 31st of February for the third of March. */
function isDay(day: string): boolean {
  const time = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day);
}
