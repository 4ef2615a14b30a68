// Setting the password, logging in and out.

import { GatewayError } from "../../core/errors.ts";
import { message } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import { type Actor, isCommandLine } from "../login/actor.ts";
import type { OpenedSession } from "../login/credentials.ts";
import { TooManyTries } from "../login/password.ts";
import { loginLinkOf, setupLinkOf } from "../login/setup-link.ts";
import { type AdminOperation, type Ask, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import { flag, name, object, orNull, password, secret, text, timestamp } from "../operation/shapes.ts";

const opened = object(
  {
    token: secret(
      "Send it as `Authorization: Bearer`. A browser has it as a cookie as well, and need not keep it.",
    ),
    expires_at: timestamp("When the session ends."),
  },
  "A session.",
);

const setup = object(
  {
    is_set_up: flag("Whether a password is set."),
    url: orNull(text("The link; null where a password is set, or no gateway runs.")),
  },
  "How the password is set.",
);

const getSession = operation({
  id: "getSession",
  tag: "session",
  method: "GET",
  path: "/session",
  summary: "Who am I? Without credentials: whether a password is set at all.",
  isOpen: true,
  answer: object(
    {
      actor: orNull(name("`admin` or `token`; null without credentials.")),
      is_set_up: flag("Whether a password is set."),
    },
    "The state of this client.",
  ),
  run: async ({ parts, actor }) => ({
    value: { actor: actor.name === "" ? null : actor.name, is_set_up: await parts.credentials.isSetUp() },
  }),
});

const setUp = operation({
  id: "setUp",
  tag: "session",
  method: "POST",
  path: "/setup",
  summary: "Sets the first password by the secret of the one-time link, and opens a session.",
  isOpen: true,
  body: object(
    { secret: secret("What stands behind the `#` of the link."), password: password("The password.") },
    "The password to be.",
  ),
  answer: opened,
  run: (ask) => setFirstPassword(ask),
});

const getSetup = operation({
  id: "getSetup",
  tag: "session",
  method: "GET",
  path: "/setup",
  summary: "The one-time link that sets the password. Only for the command line of this machine's user.",
  answer: setup,
  run: async ({ parts, actor }) => {
    refuseOthers(actor);
    return { value: await setupOf(parts) };
  },
});

const forgetPassword = operation({
  id: "forgetPassword",
  tag: "session",
  method: "DELETE",
  path: "/setup",
  summary: "Forgets the password and ends every session; answers a new link. Only for the command line.",
  answer: setup,
  run: async ({ parts, actor, note }) => {
    refuseOthers(actor);
    await parts.credentials.reset();
    await note({ action: "password.forget", subject: "" });
    return { value: await setupOf(parts) };
  },
});

const logIn = operation({
  id: "logIn",
  tag: "session",
  method: "POST",
  path: "/session",
  summary: "Opens a session by the password.",
  isOpen: true,
  body: object({ password: secret("The admin password.") }, "The password."),
  answer: opened,
  run: (ask) => openByPassword(ask),
});

const logInByLink = operation({
  id: "logInByLink",
  tag: "session",
  method: "POST",
  path: "/session/link",
  summary: "Opens a session by a link that works once, such as the demo's.",
  isOpen: true,
  body: object({ secret: secret("What stands behind the `#` of the link.") }, "The link."),
  answer: opened,
  run: (ask) => openByLink(ask),
});

const logOut = operation({
  id: "logOut",
  tag: "session",
  method: "DELETE",
  path: "/session",
  summary: "Ends this session.",
  run: async ({ parts, actor }) => {
    if (actor.session !== undefined) await parts.credentials.end(actor.session);
    return { value: undefined, headers: parts.cookie(undefined, 0) };
  },
});

const logOutEverywhere = operation({
  id: "logOutEverywhere",
  tag: "session",
  method: "DELETE",
  path: "/sessions",
  summary: "Ends every session.",
  run: async ({ parts, note }) => {
    await parts.credentials.end("all");
    await note({ action: "session.end_all", subject: "" });
    return { value: undefined, headers: parts.cookie(undefined, 0) };
  },
});

const changePassword = operation({
  id: "changePassword",
  tag: "session",
  method: "PUT",
  path: "/password",
  summary: "Sets another password and ends every session. The old one has to be known.",
  body: object(
    { old: secret("The password until now."), password: password("The password from now on.") },
    "Both passwords.",
  ),
  run: (ask) => setOtherPassword(ask),
});

/** The operations. */
export const SESSION_OPERATIONS: readonly AdminOperation[] = [
  getSession,
  setUp,
  getSetup,
  forgetPassword,
  logIn,
  logInByLink,
  logOut,
  logOutEverywhere,
  changePassword,
];

/** @throws GatewayError admin_not_allowed */
function refuseOthers(actor: Actor): void {
  if (!isCommandLine(actor)) throw new SaidRefusal("admin_not_allowed", message("refused.commandOnly"));
}

async function setupOf({ credentials, serving }: AdminParts) {
  const made = await credentials.setupSecret();
  return { is_set_up: made === undefined, url: setupLinkOf(made, serving?.url) };
}

type WithPassword = Ask<unknown, unknown, { password: string }>;

async function setFirstPassword({
  parts,
  body,
  actor,
  note,
}: Ask<unknown, unknown, { secret: string; password: string }>) {
  const { credentials } = parts;
  const isSet = await tried(parts, actor.address, () => credentials.setUp(body.secret, body.password));
  if (!isSet) {
    throw new SaidRefusal("admin_login_required", message("refused.linkUsedSetup"));
  }
  await note({ action: "password.set", subject: "" });
  return tell(parts, await credentials.open());
}

async function openByPassword({ parts, body, actor }: WithPassword) {
  const { credentials } = parts;
  const isRight = await tried(parts, actor.address, () => credentials.isPassword(body.password));
  if (!isRight) {
    parts.log.warn("admin_login_failed", "Somebody tried a wrong admin password.", { client: actor.address });
    throw new SaidRefusal("admin_login_required", message("refused.wrongPassword"));
  }
  return tell(parts, await credentials.open());
}

async function openByLink({ parts, body, actor }: Ask<unknown, unknown, { secret: string }>) {
  const opened = { session: undefined as OpenedSession | undefined };
  await tried(parts, actor.address, async () => {
    opened.session = await parts.credentials.openByLink(body.secret);
    return opened.session !== undefined;
  });
  if (opened.session === undefined)
    throw new SaidRefusal("admin_login_required", message("refused.linkUsed"));
  const link = loginLinkOf(parts.credentials.loginSecret(), parts.serving?.url ?? "");
  parts.log.info("admin_link", `That link has been used. The next one: ${link}`, { url: link });
  return tell(parts, opened.session);
}

async function setOtherPassword({
  parts,
  body,
  actor,
  note,
}: Ask<unknown, unknown, { old: string; password: string }>) {
  const { credentials } = parts;
  if (!(await tried(parts, actor.address, () => credentials.isPassword(body.old))))
    throw new SaidRefusal("admin_login_required", message("refused.wrongPassword"));
  await credentials.change(body.password);
  await note({ action: "password.change", subject: "" });
  return { value: undefined, headers: parts.cookie(undefined, 0) };
}

/** @throws GatewayError admin_too_many_tries */
async function tried(parts: AdminParts, address: string, tryIt: () => Promise<boolean>): Promise<boolean> {
  const { tries } = parts;
  const waitMs = tries.waitMs(address);
  if (waitMs > 0) throw tooMany(waitMs);
  tries.begin(address);
  try {
    const isRight = await tryIt();
    if (isRight) tries.forgive(address);
    return isRight;
  } catch (error) {
    throw error instanceof TooManyTries ? tooMany(1_000) : error;
  }
}

function tooMany(waitMs: number): GatewayError {
  return new GatewayError("admin_too_many_tries", {
    headers: ["retry-after", String(Math.ceil(waitMs / 1_000))],
  });
}

function tell({ cookie, clock }: AdminParts, { secret: token, expiresMs }: OpenedSession) {
  const maxAgeS = Math.floor((expiresMs - clock.wallMs()) / 1_000);
  return { value: { token, expires_at: new Date(expiresMs).toISOString() }, headers: cookie(token, maxAgeS) };
}
