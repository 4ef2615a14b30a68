// Colours and styles of text for a terminal. Whether there are any is for who asks.

import { styleText } from "node:util";

/** A colour or style. */
export type Style = "red" | "green" | "yellow" | "blue" | "cyan" | "dim" | "bold";

/** Gives a text a style, or several; unchanged where colour is off. */
export type Painter = (style: Style | readonly Style[], text: string) => string;

/** Paints, or leaves every text as it is. */
export function painter(isColour: boolean): Painter {
  if (!isColour) return (_style, text) => text;
  // The stream was looked at already; a text may go to another one than standard output.
  return (style, text) =>
    styleText(typeof style === "string" ? style : [...style], text, { validateStream: false });
}
