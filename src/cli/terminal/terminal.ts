// What commands may do with the terminal: data to standard output, messages to standard error, colour and symbols where
// they can be shown. Holds no text of its own.

import type { ReadStream, WriteStream } from "node:tty";
import { visibleLines } from "../../core/clean-text.ts";
import type { Environment } from "../../core/env.ts";
import { painter, type Style } from "../../core/paint.ts";
import { cutToWidth, wrapToWidth } from "../../core/text-width.ts";
import { isUtf8 } from "../../language/language.ts";

/** The marks in front of a line. */
type Symbols = {
  readonly ok: string;
  readonly warn: string;
  readonly bad: string;
  readonly none: string;
  readonly arrow: string;
};

/** A colour or style; the text comes back unchanged where colour is off. */
type Paint = (text: string) => string;

/** The terminal as commands see it. */
export type Terminal = {
  /** Data: what a script reads. */
  readonly out: (text: string) => void;
  /** Messages: what a person reads. */
  readonly err: (text: string) => void;
  /** Whether a person sits at both ends, so that keys and questions make sense. */
  readonly isInteractive: boolean;
  /**
   * Shows a line after the messages that the next one replaces; undefined takes it away. Nothing happens where there is no
   * `hasStatus`.
   */
  readonly status: (text: string | undefined) => void;
  /** Whether lines can be replaced. */
  readonly hasStatus: boolean;
  readonly isOutTty: boolean;
  readonly isErrTty: boolean;
  readonly isColour: boolean;
  readonly isAscii: boolean;
  readonly symbols: Symbols;
  /** A message in lines that fit the terminal, the further ones indented; as it is where nobody looks. */
  readonly wrap: (text: string, indent: number) => string;
  /** The same for data. */
  readonly wrapOut: (text: string, indent: number) => string;
  /** How wide the terminal is that messages go to, as it is now; undefined where they go elsewhere. */
  readonly errColumns: () => number | undefined;
  /** The same for data. */
  readonly outColumns: () => number | undefined;
  readonly paint: Readonly<Record<"red" | "green" | "yellow" | "blue" | "dim" | "bold", Paint>>;
};

/** The streams a terminal is made of. */
export type Streams = {
  readonly stdin: Pick<ReadStream, "isTTY">;
  readonly stdout: Output;
  readonly stderr: Output;
};

type Output = Pick<WriteStream, "isTTY" | "write"> & Partial<Pick<WriteStream, "columns">>;

const UNICODE: Symbols = { ok: "✔", warn: "!", bad: "✖", none: "·", arrow: "→" };
const ASCII: Symbols = { ok: "+", warn: "!", bad: "x", none: "-", arrow: "->" };

/** Builds the terminal from the process's streams. NO_COLOR, FORCE_COLOR and the locale are honoured. */
export function createTerminal(streams: Streams, env: Environment): Terminal {
  const isColour = wantsColour(streams, env);
  const isAscii = !isUtf8(env);
  const hasStatus = streams.stderr.isTTY === true && env["TERM"] !== "dumb";
  const paint = painter(isColour);
  const shown = (text: string): string => visibleLines(text, isColour);
  const inStyle =
    (style: Style): Paint =>
    (text) =>
      paint(style, text);
  return {
    // What goes elsewhere than to a terminal is data, as it is.
    out: (text) => void streams.stdout.write(`${streams.stdout.isTTY === true ? shown(text) : text}\n`),
    err: (text) => void streams.stderr.write(`${shown(text)}\n`),
    status: (text) => {
      if (hasStatus)
        streams.stderr.write(
          `\r\u001b[2K${text === undefined ? "" : fitted(streams.stderr, shown(text), isAscii)}`,
        );
    },
    hasStatus,
    isInteractive: streams.stdin.isTTY === true && streams.stderr.isTTY === true,
    isOutTty: streams.stdout.isTTY === true,
    isErrTty: streams.stderr.isTTY === true,
    isColour,
    isAscii,
    symbols: isAscii ? ASCII : UNICODE,
    wrap: (text, indent) => wrapFor(streams.stderr, text, indent),
    wrapOut: (text, indent) => wrapFor(streams.stdout, text, indent),
    errColumns: () => columnsOf(streams.stderr),
    outColumns: () => columnsOf(streams.stdout),
    paint: {
      red: inStyle("red"),
      green: inStyle("green"),
      yellow: inStyle("yellow"),
      blue: inStyle("blue"),
      dim: inStyle("dim"),
      bold: inStyle("bold"),
    },
  };
}

/** A terminal that does not know its width says 0. */
function columnsOf({ isTTY, columns }: Output): number | undefined {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : undefined;
}

/** One line, with a column to spare: a full one makes some terminals begin the next. */
function fitted(stream: Output, text: string, isAscii: boolean): string {
  return cutToWidth(text, (columnsOf(stream) ?? 80) - 1, isAscii ? "~" : "…");
}

function wrapFor(stream: Output, text: string, indent: number): string {
  const columns = columnsOf(stream);
  return columns === undefined ? text : wrapToWidth(text, columns, indent);
}

// no-color.org; FORCE_COLOR as Node itself reads it.
function wantsColour(streams: Streams, env: Environment): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  return streams.stderr.isTTY === true && env["TERM"] !== "dumb";
}
