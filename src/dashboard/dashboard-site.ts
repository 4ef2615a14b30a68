// Answers for the dashboard's files. Every path below `/ui/` that is no file is the page, which knows its own paths.

import type { GatewayError } from "../core/errors.ts";
import type { FlatHeaders, InboundRequest, Reply } from "../http/message.ts";
import { translator } from "../language/messages.ts";
import { readerLanguage, refusalWords } from "../language/refusal-words.ts";
import { pathOf } from "../wires/paths/router.ts";
import { type DashboardFile, type DashboardPack, readPack } from "./dashboard-pack.ts";

/** Below it the dashboard lives. */
const BASE = "/ui/";
/** The files that Vite has named after what is in them: a page of an older build may ask for one that is gone. */
const HASHED = "assets/";
const PAGE = "index.html";
/** Says which build answers, so that a page that is older than the gateway finds out. */
const BUILD = "build";

/** What a page of the dashboard may load, and who may frame it: itself, and nobody. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const SECURITY: FlatHeaders = [
  "content-security-policy",
  POLICY,
  "x-content-type-options",
  "nosniff",
  "x-frame-options",
  "DENY",
  "referrer-policy",
  "no-referrer",
  "cross-origin-opener-policy",
  "same-origin",
  "permissions-policy",
  "camera=(), geolocation=(), microphone=()",
];

/** Of what is in the reader's language. */
const SPOKEN: FlatHeaders = ["vary", "accept-language"];

/** The files, and what is said of them. */
export class DashboardSite {
  #pack: DashboardPack | undefined;

  /** Answers one request for the dashboard. */
  answer(request: InboundRequest, reply: Reply): void {
    const path = pathOf(request.target);
    if (request.method !== "GET" && request.method !== "HEAD") {
      sendText(reply, 405, "Only GET and HEAD.\n", ["allow", "GET, HEAD"]);
      return;
    }
    if (!path.startsWith(BASE)) {
      redirect(reply, BASE);
      return;
    }
    this.#pack ??= readPack();
    const pack = this.#pack;
    if (pack === undefined) {
      const say = translator(readerLanguage(request.header("accept-language")));
      sendText(reply, 503, `${say("refused.notBuilt")}\n`, SPOKEN);
      return;
    }
    const name = path.slice(BASE.length);
    if (name === BUILD) sendText(reply, 200, pack.build, []);
    else if (name.startsWith(HASHED) && !pack.files.has(name)) sendText(reply, 404, "No such file.\n", []);
    else sendFile(request, reply, pack.files.get(name) ?? pack.files.get(PAGE));
  }

  /** Tells whoever may not see it why. */
  refuse(request: InboundRequest, reply: Reply, refusal: GatewayError): void {
    const words = refusalWords(refusal, readerLanguage(request.header("accept-language")));
    sendText(reply, refusal.status, `${words}\n`, SPOKEN);
  }
}

/** Sends a browser somewhere else. */
function redirect(reply: Reply, to: string): void {
  reply.head(302, ["location", to, "content-length", "0", "cache-control", "no-store", ...SECURITY]);
  reply.end();
}

/** A sentence for whoever sees it in a browser. */
function sendText(reply: Reply, status: number, text: string, headers: FlatHeaders): void {
  const body = Buffer.from(text);
  const type = ["content-type", "text/plain; charset=utf-8", "content-length", String(body.length)];
  reply.head(status, [...type, "cache-control", "no-store", ...headers, ...SECURITY]);
  reply.end(body);
}

function sendFile(request: InboundRequest, reply: Reply, file: DashboardFile | undefined): void {
  if (file === undefined) {
    sendText(reply, 404, "No such file.\n", []);
    return;
  }
  const { type, etag, isHashed } = file;
  const caching = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
  const headers = ["etag", etag, "cache-control", caching, "vary", "accept-encoding", ...SECURITY];
  if (isKnown(request.header("if-none-match"), etag)) {
    reply.head(304, headers);
    reply.end();
    return;
  }
  const isBrotli = takesBrotli(request.header("accept-encoding"));
  const body = isBrotli ? file.brotli : file.plain();
  const encoding = isBrotli ? ["content-encoding", "br"] : [];
  reply.head(200, ["content-type", type, "content-length", String(body.length), ...encoding, ...headers]);
  reply.end(body);
}

/** RFC 9110 §13.1.2: a list of tags, or any. */
function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

function takesBrotli(header: string | undefined): boolean {
  return (header ?? "").split(",").some((one) => /^\s*br\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(one));
}
