// What a request's head says of its body: type, packing, character set. Refuses what two readers could take for two
// bodies.

import { GatewayError } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Coding } from "../exchange/peek.ts";
import { codingOf } from "./unpack-request.ts";

/** What is to be known before the body is read. */
export type BodyHeaders = {
  /** As sent; empty for none. */
  readonly contentType: string;
  /** Undefined for a plain body. */
  readonly coding: Coding | undefined;
};

/**
 * One look at the head.
 * @throws GatewayError bad_request, unsupported_content_encoding, unsupported_charset
 */
export function bodyHeadersOf(headers: FlatHeaders): BodyHeaders {
  let contentType: string | undefined;
  let encoding: string | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index];
    if (name === "content-type") {
      if (contentType !== undefined) throw givenTwice("Content-Type");
      contentType = headers[index + 1];
    } else if (name === "content-encoding") {
      if (encoding !== undefined) throw givenTwice("Content-Encoding");
      encoding = headers[index + 1];
    }
  }
  const type = contentType ?? "";
  // Nearly always `application/json`, which has no parameters.
  if (type.length > PLAIN_TYPE_CHARS) refuseOtherCharsets(type);
  return { contentType: type, coding: codingOf(encoding) };
}

const PLAIN_TYPE_CHARS = "application/json".length;

/** Those in which ASCII is itself and UTF-8 is not read as anything else. Latin-1 is what some clients say of ASCII. */
const HARMLESS_CHARSET = /^(?:utf-?8|us-ascii|ascii|iso-8859-1|latin-?1|windows-1252)$/i;

function refuseOtherCharsets(contentType: string): void {
  if (!/charset/i.test(contentType)) return;
  for (const [, quoted, bare] of contentType.matchAll(/;\s*charset\*?[^=;]*=\s*(?:"([^"]*)"|([^;]*))/gi)) {
    const charset = (quoted ?? bare ?? "").trim();
    if (!HARMLESS_CHARSET.test(charset))
      throw new GatewayError("unsupported_charset", {
        message:
          "The Content-Type names a character set in which gateway and endpoint might read different bodies. Send UTF-8.",
      });
  }
}

function givenTwice(name: string): GatewayError {
  return new GatewayError("bad_request", {
    message: `The request has the header ${name} more than once, so that gateway and endpoint might read different bodies.`,
  });
}
