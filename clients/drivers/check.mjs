// What the drivers in JavaScript share: one check a capability, and a line of JSON for each on stdout.

/** The gateway's address, without a path. */
export const url = process.env.GATEWAY_URL;
export const model = process.env.GATEWAY_MODEL;
/** "own" or "chats": which endpoint is behind it. */
export const way = process.env.GATEWAY_WAY;
export const KEY = "sk-caller";
export const ASKS = "What is the weather in Taipei? (turn one)";
export const LEAVES = "Say goodbye, and what the tool had said. (turn two)";
export const WEATHER = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
export const GREETING = "Hello from the model.";
export const ANSWER = "The tool said: rain in Taipei";
export const FAREWELL = "Goodbye. The tool had said: rain in Taipei";

export function equal(actual, expected) {
  if (actual !== expected)
    throw new Error(`${JSON.stringify(actual)} in place of ${JSON.stringify(expected)}`);
}

/** Runs one; another's failure does not stop it. What it returns is the name of a note. */
export async function check(capability, run) {
  const line = { capability, ok: true };
  const late = AbortSignal.timeout(30_000);
  const isLate = new Promise((_, reject) => {
    late.onabort = () => reject(new Error("it took more than 30 seconds"));
  });
  try {
    const note = await Promise.race([run(), isLate]);
    if (typeof note === "string") line.note = note;
  } catch (error) {
    line.ok = false;
    line.reason = String(error?.stack ?? error).slice(0, 1500);
  }
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** For an endpoint that does not have the path: the client has to see an error of its own kind, with the status. */
export async function checkUnlessChats(capability, run) {
  if (way !== "chats") return check(capability, run);
  await check(capability, async () => {
    let failure;
    try {
      await run();
    } catch (error) {
      failure = error;
    }
    equal(failure?.status, 404);
  });
}
