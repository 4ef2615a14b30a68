// What signals ask of a gateway under way.

/** Who is asked. */
export type SignalWork = {
  /** First: lets requests under way finish. Again: cuts them. */
  readonly stop: (by: string) => void;
  readonly reload: () => void;
};

/** Where signals come from, and on which system. */
export type SignalSource = {
  readonly emitter?: Pick<NodeJS.Process, "on" | "off">;
  readonly platform?: NodeJS.Platform;
  /** How long requests may take once the window is closed. */
  readonly closingMs?: number;
};

/** Windows ends a program five seconds after its window was closed: some of them are for the store. */
const CLOSING_MS = 2_000;

/**
 * Hands signals on until the function that it gives is called. On Windows SIGHUP says that the window was closed, and
 * SIGBREAK is Ctrl-Break.
 */
export function listenForSignals(work: SignalWork, source: SignalSource = {}): () => void {
  const { emitter = process, platform = process.platform, closingMs = CLOSING_MS } = source;
  let timer: NodeJS.Timeout | undefined;
  const hangUp = (signal: NodeJS.Signals): void => {
    if (platform === "win32") {
      work.stop(signal);
      timer ??= setTimeout(work.stop, closingMs, signal);
    } else work.reload();
  };
  const stop = (signal: NodeJS.Signals): void => work.stop(signal);
  emitter.on("SIGTERM", stop).on("SIGINT", stop).on("SIGBREAK", stop).on("SIGHUP", hangUp);
  return () => {
    clearTimeout(timer);
    emitter.off("SIGTERM", stop).off("SIGINT", stop).off("SIGBREAK", stop).off("SIGHUP", hangUp);
  };
}
