// The thread that counts tokens: the one file that knows gpt-tokenizer. A vocabulary is loaded when it is first needed, and
// goes with the thread.

import { parentPort } from "node:worker_threads";
import type { TokenEncoding } from "../wires/usage/token-encoding.ts";
import { textsOfRequest, textsOfStream } from "../wires/usage/token-texts.ts";
import type { CountQuestion, TokenCounts } from "./counting.ts";

type CountText = (text: string, options: { readonly disallowedSpecial: Set<string> }) => number;

/** Marks such as `<|endoftext|>` are what somebody wrote, like all else. */
const AS_WRITTEN = { disallowedSpecial: new Set<string>() };

/**
 * A tokenizer of this kind takes a time that grows with the square of a word: longer ones are cut, which adds a token at most
 * to every thousand characters.
 */
const LONG_WORD = /(\S{1000}|\s{1000})/;

function piecesOf(text: string): readonly string[] {
  return text.split(LONG_WORD).filter((piece) => piece !== "");
}

async function counterOf(encoding: TokenEncoding): Promise<CountText> {
  switch (encoding) {
    case "o200k_base":
      return (await import("gpt-tokenizer/encoding/o200k_base")).countTokens;
    case "cl100k_base":
      return (await import("gpt-tokenizer/encoding/cl100k_base")).countTokens;
  }
}

async function countsOf({ encoding, asked, answered }: CountQuestion): Promise<TokenCounts> {
  const count = await counterOf(encoding);
  const sum = (texts: readonly string[]): number =>
    texts.flatMap(piecesOf).reduce((tokens, piece) => tokens + count(piece, AS_WRITTEN), 0);
  const request = asked === undefined ? undefined : textsOfRequest(Buffer.from(asked).toString());
  return {
    input: request === undefined ? undefined : sum(request.texts) + request.more,
    output: answered === undefined ? undefined : sum(textsOfStream(answered)),
  };
}

const port = parentPort;
port?.on("message", (question: CountQuestion) => {
  const nothing = { input: undefined, output: undefined };
  void countsOf(question)
    .catch(() => nothing)
    .then((counts) => port.postMessage({ id: question.id, ...counts }));
});
