// The workflows: YAML, with every action pinned by its commit, no more rights than needed, and scripts that exist.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);

type Step = { readonly uses?: string; readonly run?: string };
type Workflow = {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly "timeout-minutes"?: number; readonly steps: readonly Step[] }>
  >;
};

const files = readdirSync(FOLDER).filter((name) => /\.ya?ml$/.test(name));
const textOf = (name: string): string => readFileSync(new URL(name, FOLDER), "utf8");
const workflows = files.map((name) => [name, parse(textOf(name), { strict: true }) as Workflow] as const);

test("there are workflows, which can read and no more unless a job says so", () => {
  assert.ok(files.includes("ci.yml") && files.includes("release.yml"));
  for (const [name, { permissions }] of workflows) assert.deepEqual(permissions, { contents: "read" }, name);
});

test("every action is pinned by its commit, with its version beside it", () => {
  for (const name of files) {
    const uses = textOf(name).matchAll(/uses: *(.+)$/gm);
    for (const [, action = ""] of uses)
      assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
  }
});

test("every job ends by itself, and every npm script that it runs is there", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  for (const [name, { jobs }] of workflows) {
    for (const [job, { steps, "timeout-minutes": minutes }] of Object.entries(jobs)) {
      assert.ok(minutes !== undefined && minutes <= 60, `${name}: ${job}`);
      for (const { run = "" } of steps) {
        for (const [, script = ""] of run.matchAll(/npm run ([\w:-]+)/g))
          assert.ok(script in scripts, script);
        // What others have written must not become a part of a command.
        assert.doesNotMatch(run, /\$\{\{ *github\./);
      }
    }
  }
});

test("every push tries the package on each system, and the image", () => {
  const { jobs } = parse(textOf("ci.yml"), { strict: true });
  const { matrix } = jobs.package.strategy;
  assert.deepEqual(matrix.system, ["ubuntu-latest", "macos-latest", "windows-latest"]);
  assert.deepEqual(matrix.node, ["22.22", "24", "26"]);
  const runs = (job: string): string => jobs[job].steps.map(({ run = "" }: Step) => run).join("\n");
  assert.match(runs("package"), /npm run test:package -- --short/);
  assert.match(runs("image"), /npm run test:image/);
  assert.match(runs("test"), /\.ci\/run/);
});

test("scripts need no POSIX shell", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  for (const [name, script] of Object.entries(scripts)) {
    assert.doesNotMatch(script, /'|\$|\bexec\b|;|\||\b(?:rm|cp|mv|mkdir|cat|export)\b|^[A-Z_]+=/, name);
  }
});
