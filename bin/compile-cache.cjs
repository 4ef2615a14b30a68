// Where compiled code is kept between runs: a folder of this user's alone, since who can write there can have us run
// anything. Plain JavaScript, because it is needed before the first file of the sources is compiled.
"use strict";

var fs = require("node:fs");
var os = require("node:os");
var path = require("node:path");

/** Write access for the group or for everybody. */
var WRITABLE_BY_OTHERS = 0o022;
var STICKY = 0o1000;

/**
 * A folder of this user's for compiled code, made where it is missing; undefined where there is none that only this
 * user can write. Never throws.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined}
 */
function compileCacheFolder(env) {
  try {
    // What Node says of its own cache holds for ours (Node, "Module compile cache").
    if (env["NODE_DISABLE_COMPILE_CACHE"]) return undefined;
    var given = env["NODE_COMPILE_CACHE"];
    var folder = path.join(given ? path.resolve(given) : cacheHome(env), "oai-gateway", "compile-cache");
    // Before anything is made or changed: it could be done behind a link of somebody else's, by root even.
    if (!isGuarded(nearestThere(folder))) return undefined;
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isGuarded(path.dirname(folder)) || !isFolderOfOurs(folder)) return undefined;
    fs.chmodSync(folder, 0o700);
    return folder;
  } catch (_) {
    return undefined;
  }
}

/**
 * Where this system keeps what can be made anew: the base directory specification of freedesktop.org, or its like.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 */
function cacheHome(env) {
  var xdg = env["XDG_CACHE_HOME"];
  var local = env["LOCALAPPDATA"];
  if (xdg !== undefined && path.isAbsolute(xdg)) return xdg;
  if (process.platform === "win32" && local !== undefined) return local;
  return process.platform === "darwin"
    ? path.join(os.homedir(), "Library", "Caches")
    : path.join(os.homedir(), ".cache");
}

/**
 * The folder above it, as near as there is one; links are not followed.
 *
 * @param {string} folder
 */
function nearestThere(folder) {
  var at = path.dirname(folder);
  while (at !== path.dirname(at) && fs.lstatSync(at, { throwIfNoEntry: false }) === undefined)
    at = path.dirname(at);
  return at;
}

/**
 * A folder, and no link to one, that belongs to this user.
 *
 * @param {string} folder
 */
function isFolderOfOurs(folder) {
  var found = fs.lstatSync(folder);
  // Windows has no such owners; the folder of an account is guarded by it.
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
}

/**
 * Nobody but this user and root can put another folder into the place of one on the way there.
 *
 * @param {string} folder
 */
function isGuarded(folder) {
  if (process.getuid === undefined) return true;
  for (var at = folder; ; at = path.dirname(at)) {
    var found = fs.lstatSync(at);
    var isForeign = found.uid !== process.getuid() && found.uid !== 0;
    var isOpen = (found.mode & WRITABLE_BY_OTHERS) !== 0 && (found.mode & STICKY) === 0;
    if (isForeign || isOpen) return false;
    if (at === path.dirname(at)) return true;
  }
}

exports.compileCacheFolder = compileCacheFolder;
