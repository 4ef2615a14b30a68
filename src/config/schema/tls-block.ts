// A certificate and its key, as `server.tls` and `tls` of endpoints name them.

import { message } from "../../language/messages.ts";
import { block, later, name, text } from "./fields.ts";

/** The block of the two files; the words say what it is for. */
export function tlsBlock(words: { readonly block: string; readonly cert: string; readonly key: string }) {
  return later(() => {
    const keys = {
      cert_file: name(words.cert),
      key_file: name(words.key),
      key_passphrase: text("What the key is encrypted with, where it is.").optional(),
    };
    const usual = message("list.and", { first: '"cert_file"', last: '"key_file"' });
    return block(keys, words.block, message("kind.blockSuchAs", { keys: usual }));
  }).optional();
}

/** `endpoints[].tls`. */
export const endpointTls = tlsBlock({
  cert: "PEM file with the certificate and those that lead to its authority; relative to this file.",
  key: "PEM file with its key.",
  block:
    "The certificate by which the gateway shows this endpoint who it is (mutual TLS). A forward proxy on the way never sees it. Changed files are in force at once, for connections that are made from then on.",
});
