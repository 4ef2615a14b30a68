// Who asks.

/** Who asks. */
export type Actor = {
  /** `admin`, `token` or `command line`: as the audit log calls it. */
  readonly name: string;
  readonly address: string;
  /** The session it came by, as `Sessions` knows it; undefined for any other way. */
  readonly session: string | undefined;
};

/** The commands of this machine's user, who needs no password: nobody else can enter the data folder. */
export const COMMAND_LINE: Actor = { name: "command line", address: "", session: undefined };

/** Whether it is a command that asks. */
export function isCommandLine(actor: Actor): boolean {
  return actor === COMMAND_LINE;
}
