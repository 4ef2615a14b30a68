// Loads the bundle with the compiled code of an earlier run. Node's own cache is made when a file is loaded, before any
// of its functions has run, and V8 compiles a function when it runs: what it holds is next to nothing of a bundle. Here
// the code is kept once the program has started, and once more when it has answered a request.
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");
const zlib = require("node:zlib");

/** How far the program had come when its code was kept, as the file says it. */
const STAGES = ["none", "started", "answered"];
/** A file begins with the CRC-32 of the rest and the stage, four bytes each: V8 trusts what it is given. */
const HEADER_BYTES = 8;
/** Of this many builds and versions of Node the code is kept. */
const MAX_FILES = 4;

/**
 * Loads a bundle, with its compiled code where a folder has it.
 *
 * @param {string} file the bundle, all of it in ASCII, as `Module.wrap` gives back the text of a module: V8 would copy the
 *   whole text to put a function around it
 * @param {{ folder: string | undefined, build: string }} kept where code is kept, and what names this very bundle
 * @returns {{ exports: any, keepCode: ((stage: string) => void) | undefined }} `keepCode` keeps what has been compiled
 *   so far; undefined where all was there, or there is no folder.
 * @throws MODULE_NOT_FOUND where there is no such file
 */
function loadProgram(file, { folder, build }) {
  if (!fs.existsSync(file)) return require(file);
  const place =
    folder === undefined
      ? undefined
      : path.join(folder, `program-${build}-${process.version}-${process.arch}.code`);
  const room = Buffer.allocUnsafeSlow(Math.max(sizeOf(file), place === undefined ? 0 : sizeOf(place)));
  const text = readInto(room, file).toString("latin1");
  const earlier = place === undefined ? undefined : readCode(room, place);
  const script = new vm.Script(text, {
    filename: file,
    ...(earlier === undefined ? {} : { cachedData: earlier.data }),
  });
  let stage = earlier === undefined || script.cachedDataRejected ? 0 : earlier.stage;
  const module = new Module(file);
  module.filename = file;
  const run = script.runInThisContext();
  run.call(module.exports, module.exports, Module.createRequire(file), module, file, path.dirname(file));
  if (place === undefined || stage === STAGES.length - 1)
    return { exports: module.exports, keepCode: undefined };
  /** @param {string} reached */
  const keepCode = (reached) => {
    const next = STAGES.indexOf(reached);
    if (next <= stage) return;
    stage = next;
    writeCode(place, script.createCachedData(), stage);
  };
  return { exports: module.exports, keepCode };
}

/**
 * The bytes of a file; 0 where there is none.
 *
 * @param {string} file
 */
function sizeOf(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Reads a file of the size that it had into memory that may have held another one: memory that nobody has used yet is
 * what much of a start's time goes into.
 *
 * @param {Buffer} room
 * @param {string} file
 * @returns {Buffer} a part of `room`
 */
function readInto(room, file) {
  const open = fs.openSync(file, "r");
  try {
    let length = 0;
    for (let read = -1; read !== 0; length += read)
      read = fs.readSync(open, room, length, room.length - length, length);
    return room.subarray(0, length);
  } finally {
    fs.closeSync(open);
  }
}

/**
 * The code that was kept; undefined where there is none, or not as it was written.
 *
 * @param {Buffer} room
 * @param {string} place
 * @returns {{ data: Buffer, stage: number } | undefined}
 */
function readCode(room, place) {
  try {
    const bytes = readInto(room, place);
    const data = bytes.subarray(HEADER_BYTES);
    if (bytes.readUInt32LE(0) !== zlib.crc32(bytes.subarray(4))) return undefined;
    return { data, stage: bytes.readUInt32LE(4) };
  } catch {
    return undefined;
  }
}

/**
 * Puts the code into its place at once, so that no other start reads half of it. Never throws: the next start is
 * slower without it, and that is all.
 *
 * @param {string} place
 * @param {Buffer} data
 * @param {number} stage
 */
function writeCode(place, data, stage) {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(stage, 4);
  header.writeUInt32LE(zlib.crc32(data, zlib.crc32(header.subarray(4))), 0);
  const draft = `${place}.${process.pid}`;
  try {
    removeOldest(path.dirname(place), path.basename(place));
    fs.writeFileSync(draft, Buffer.concat([header, data]), { mode: 0o600 });
    fs.renameSync(draft, place);
  } catch {
    fs.rmSync(draft, { force: true });
  }
}

/**
 * Makes room for a file, so that the folder does not grow with every version.
 *
 * @param {string} folder
 * @param {string} name
 */
function removeOldest(folder, name) {
  const others = fs
    .readdirSync(folder)
    .filter((file) => file.startsWith("program-") && file !== name)
    .map((file) => ({ file, mtimeMs: fs.statSync(path.join(folder, file)).mtimeMs }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { file } of others.slice(MAX_FILES - 1)) fs.rmSync(path.join(folder, file), { force: true });
}

exports.loadProgram = loadProgram;
