// Node's SQLite, loaded when a file is opened: most commands never do.

import type * as sqlite from "node:sqlite";

type Sqlite = typeof sqlite;

/** The module, without the warning of Node 22, which calls it experimental on standard error; it is the same code. */
export function nodeSqlite(load = (): Sqlite => process.getBuiltinModule("node:sqlite")): Sqlite {
  const warn = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (!String(warning).includes("SQLite")) Reflect.apply(warn, process, [warning, ...rest]);
  };
  try {
    return load();
  } finally {
    process.emitWarning = warn;
  }
}
