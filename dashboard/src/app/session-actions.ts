// Logging in and out.

import { call } from "../api/client.ts";
import { isSetUp, session } from "../api/state.ts";

/**
 * Finds out who the viewer is.
 * @throws Failure
 */
export async function askWho(): Promise<void> {
  const { actor, is_set_up } = await call("getSession");
  isSetUp.value = is_set_up;
  session.value = actor === null ? "out" : "in";
}

/**
 * Logs in by the password.
 * @throws Failure
 */
export async function logIn(password: string): Promise<void> {
  await call("logIn", { body: { password } }, { isOpen: true });
  session.value = "in";
}

/**
 * Logs in by a link that works once.
 * @throws Failure
 */
export async function logInByLink(secret: string): Promise<void> {
  await call("logInByLink", { body: { secret } }, { isOpen: true });
  session.value = "in";
}

/**
 * Sets the first password, which logs in as well.
 * @throws Failure
 */
export async function setUp(secret: string, password: string): Promise<void> {
  await call("setUp", { body: { secret, password } }, { isOpen: true });
  isSetUp.value = true;
  session.value = "in";
}

/**
 * Ends this session, or all of them.
 * @throws Failure
 */
export async function logOut(isEverywhere: boolean): Promise<void> {
  await call(isEverywhere ? "logOutEverywhere" : "logOut", {}, { isOpen: true });
  session.value = "out";
}
