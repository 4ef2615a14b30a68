// Single keys on a terminal while the gateway runs. Decides nothing: it hands each key on.

/** Stops listening and gives the terminal back. */
export type StopListening = () => void;

/** The part of standard input that is needed. */
export type KeyInput = {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  on(event: "end" | "error", listener: () => void): unknown;
  off(event: "data", listener: (bytes: Buffer) => void): unknown;
  off(event: "end" | "error", listener: () => void): unknown;
};

const CTRL_C = "\u0003";

/**
 * Calls `onKey` with each key typed, lower-case. Ctrl-C comes as `ctrl-c`, since a terminal in raw mode sends no
 * signal for it; a terminal that is closed comes as `end`.
 */
export function listenForKeys(input: KeyInput, onKey: (key: string) => void): StopListening {
  const listener = (bytes: Buffer) => {
    for (const character of bytes.toString())
      onKey(character === CTRL_C ? "ctrl-c" : character.toLowerCase());
  };
  const onEnd = () => onKey("end");
  input.setRawMode?.(true);
  input.resume();
  input.on("data", listener);
  input.on("end", onEnd);
  input.on("error", onEnd);
  return () => {
    input.off("data", listener);
    input.off("end", onEnd);
    input.off("error", onEnd);
    input.setRawMode?.(false);
    input.pause();
  };
}
