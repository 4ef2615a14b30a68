// What a model's name must not hold where it becomes a part of a path: segments that a server may take for a way up.
// Names in bodies may hold them; some local servers call their models by relative paths.

import { checkModelName, invalidModel } from "../../core/model-name.ts";

/** More layers of percent-encoding than this are no name. */
const MAX_LAYERS = 4;

/**
 * Whether a name has a segment `.` or `..`, in any layer of percent-encoding, behind slashes of either kind, and with
 * the parameters that some servers cut off (`..;x`).
 */
export function hasDotSegment(name: string): boolean {
  let text = name;
  for (let layer = 0; layer < MAX_LAYERS; layer += 1) {
    const segments = text.split(/[/\\]/);
    if (segments.some((segment) => /^\s*\.{1,2}\s*(?:[;?#].*)?$/s.test(segment))) return true;
    const decoded = decodedOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  return true;
}

/**
 * The name from a path, once it is known to be harmless in one.
 * @throws GatewayError invalid_model
 */
export function checkPathModel(name: string): string {
  checkModelName(name);
  if (hasDotSegment(name))
    throw invalidModel('The model in the path has a segment "." or "..", which could lead to another path.');
  return name;
}

/** Single characters, since a broken sequence beside them must not keep them encoded. */
function decodedOnce(text: string): string {
  return text.replace(/%(?:2[ef]|5c|3b|25)/gi, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
}
