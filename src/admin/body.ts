// The body of a request to the admin API: small, and JSON.

import { systemClock } from "../core/clock.ts";
import { GatewayError } from "../core/errors.ts";
import { SliceQueue } from "../core/slices.ts";
import type { BodyLimits, BodyMeter, InboundRequest } from "../http/message.ts";
import { type Message, message } from "../language/messages.ts";
import { SaidRefusal } from "../language/said-refusal.ts";
import { InvalidAsk } from "./operation/admin-error.ts";

const MAX_BYTES = 1024 * 1024;

/** Of a body that somebody sends who has not logged in: a password. */
export const MOST_OF_STRANGERS = 4 * 1024;

const LIMITS: BodyLimits = {
  maxBytes: MAX_BYTES,
  idleMs: 10_000,
  totalMs: 30_000,
  minBytesPerSecond: 0,
  clock: systemClock,
};

/**
 * A JSON value; undefined where there is no body.
 * @throws GatewayError admin_invalid, request_too_large, request_timeout, bad_request, client_closed
 */
export async function readJsonBody(request: InboundRequest, maxBytes = MAX_BYTES): Promise<unknown> {
  const bytes = await readAdminBody(request, maxBytes);
  if (bytes.length === 0) return undefined;
  // A form of another site's page cannot send this type without being asked for leave first.
  const type = request.header("content-type") ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type))
    throw new SaidRefusal("admin_invalid", message("refused.noJsonType"));
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new InvalidAsk([{ at: "body", message: message("ask.noJson") }]);
  }
}

/**
 * The bytes of a body, which is small.
 * @throws GatewayError request_too_large, request_timeout, bad_request, client_closed
 */
export async function readAdminBody(request: InboundRequest, maxBytes: number): Promise<Buffer> {
  try {
    const body = await request.readBody({ ...LIMITS, maxBytes }, new NoMeter());
    return Buffer.isBuffer(body) ? body : await new SliceQueue().run(body.inOnePiece());
  } catch (error) {
    throw inOwnWords(error, maxBytes);
  }
}

/** The reader of bodies speaks of settings of the gateway that do not count here, and in English alone. */
function inOwnWords(error: unknown, most: number): unknown {
  if (!(error instanceof GatewayError)) return error;
  const { code, headers } = error;
  const words = bodyWords(code, most);
  return words === undefined ? error : new SaidRefusal(code, words, { headers });
}

function bodyWords(code: GatewayError["code"], most: number): Message | undefined {
  switch (code) {
    case "request_too_large":
      return message("refused.bodyTooLarge", { most });
    case "request_timeout":
      return message("refused.bodyLate", { total: LIMITS.totalMs / 1_000, idle: LIMITS.idleMs / 1_000 });
    case "bad_request":
      return message("refused.bodyBroken");
    case "overloaded":
      return message("refused.bodyCrowd");
    default:
      return undefined;
  }
}

/** Bodies of so little need no room of their own. */
class NoMeter implements BodyMeter {
  onShed: (() => void) | undefined = undefined;

  take(): boolean {
    return true;
  }

  finish(): void {}

  release(): void {}
}
