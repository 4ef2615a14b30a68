#!/usr/bin/env node
// The process's entry: argv to one command, and its result to the exit code. Everything else is loaded after the
// check of Node's version, so that one that reads this file but is too old gets a sentence in place of a stack trace.

import nodeModule from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(
    `oai-gateway needs Node 22.22 or newer; this is ${process.versions.node}.\n  fix: install Node 24 from https://nodejs.org, or run "npm start", which brings its own\n`,
  );
  process.exitCode = 1;
} else {
  // Compiled code is kept between runs, where nobody else can put any: a third of the time to the first answer.
  const { compileCacheFolder } = await import("./cli/compile-cache.ts");
  const cache = compileCacheFolder();
  if (cache !== undefined) nodeModule.enableCompileCache(cache);
  const { runProgram } = await import("./cli/program.ts");
  process.exitCode = await runProgram(process.argv.slice(2));
  // Everything is closed by now; should a handle have been left open, it must not keep the process up.
  setTimeout(() => process.exit(), 2_000).unref();
}
