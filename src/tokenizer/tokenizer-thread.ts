// The thread that counts tokens: the one file that knows gpt-tokenizer. A vocabulary is loaded when it is first needed, and
// goes with the thread.

import { parentPort } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import type { GptEncoding } from "gpt-tokenizer/GptEncoding";
import type { TokenEncoding } from "../wires/usage/token-encoding.ts";
import { textsOfRequest, textsOfStream } from "../wires/usage/token-texts.ts";
import type { CountQuestion, TokenCounts } from "./counting.ts";

type Ranks = typeof import("gpt-tokenizer/bpeRanks/o200k_base")["default"];
type Counter = Pick<GptEncoding, "countTokens" | "clearMergeCache">;

const counters = new Map<TokenEncoding, Counter>();
/** Marks such as `<|endoftext|>` are what somebody wrote, like all else. */
const AS_WRITTEN = { disallowedSpecial: new Set<string>() };

/**
 * A tokenizer of this kind takes a time that grows with the square of a word: longer ones are cut, which adds a token at most
 * to every thousand characters. Looked for where a word begins only, so that one that is a little shorter is read once.
 */
const LONG_WORDS = /((?<!\S)\S{1001,}|(?<!\s)\s{1001,})/;
const PIECES = /.{1,1000}/gsu;

function piecesOf(text: string): readonly string[] {
  return text.split(LONG_WORDS).flatMap((part, at) => (at % 2 === 0 ? part : (part.match(PIECES) ?? [])));
}

async function counterOf({ encoding, vocabulary }: CountQuestion): Promise<Counter> {
  const known = counters.get(encoding);
  if (known !== undefined) return known;
  const { GptEncoding } = await import("gpt-tokenizer/GptEncoding");
  const ranks = vocabulary === undefined ? await ranksOf(encoding) : unpacked(vocabulary);
  const counter = GptEncoding.getEncodingApi(encoding, () => ranks);
  counters.set(encoding, counter);
  return counter;
}

/** Of a checkout. */
async function ranksOf(encoding: TokenEncoding): Promise<Ranks> {
  switch (encoding) {
    case "o200k_base":
      return (await import("gpt-tokenizer/bpeRanks/o200k_base")).default;
    case "cl100k_base":
      return (await import("gpt-tokenizer/bpeRanks/cl100k_base")).default;
  }
}

/** As JSON, V8 reads one with half the memory that a program of that length takes. */
function unpacked(vocabulary: Uint8Array): Ranks {
  // The build has made it of the module above.
  return JSON.parse(gunzipSync(vocabulary).toString()) as Ranks;
}

async function countsOf(question: CountQuestion): Promise<TokenCounts> {
  const { asked, answered } = question;
  const counter = await counterOf(question);
  const sum = (texts: readonly string[]): number =>
    texts.flatMap(piecesOf).reduce((tokens, piece) => tokens + counter.countTokens(piece, AS_WRITTEN), 0);
  const request = asked === undefined ? undefined : textsOfRequest(Buffer.from(asked).toString());
  try {
    return {
      input: request === undefined ? undefined : sum(request.texts) + request.more,
      output: answered === undefined ? undefined : sum(textsOfStream(answered)),
    };
  } finally {
    // A word that it remembers keeps the whole text alive that the word was in: a thousand texts would be all its memory.
    counter.clearMergeCache();
  }
}

const port = parentPort;
port?.on("message", (question: CountQuestion) => {
  const nothing = { input: undefined, output: undefined };
  void countsOf(question)
    .catch(() => nothing)
    .then((counts) => port.postMessage({ id: question.id, ...counts }));
});
