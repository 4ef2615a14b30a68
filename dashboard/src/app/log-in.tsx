// The log-in: as a page of its own, and as a dialog over a page whose session has ended.

import { useEffect, useState } from "preact/hooks";
import { Failure } from "../api/failure.ts";
import { isSetUp, session } from "../api/state.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { appWords } from "../words/app/words.ts";
import { Gate } from "./gate.tsx";
import { go, place } from "./router.ts";
import { logIn, logInByLink, setUp } from "./session-actions.ts";

const SHORTEST = 12;

/** The log-in as a page. A link with a secret behind its `#` logs in by itself. */
export function LogInPage() {
  const words = appWords();
  const problem = useLoginLink();
  return (
    <Gate title={words.logInTitle}>
      {problem !== undefined && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      {isSetUp.value ? (
        <PasswordForm />
      ) : (
        <p class="soft">
          {words.noPassword} {words.demoNote}
        </p>
      )}
    </Gate>
  );
}

/** Over the page, which keeps what was typed. */
export function LogInDialog() {
  const words = appWords();
  if (session.value !== "expired") return null;
  return (
    <Dialog title={words.expiredTitle}>
      <div class="stack">
        <p>{words.expired}</p>
        {isSetUp.value ? <PasswordForm /> : <p class="soft">{words.demoNote}</p>}
      </div>
    </Dialog>
  );
}

/** The page of the link that sets the first password. */
export function SetUpPage() {
  const words = appWords();
  const [secret] = useState(() => location.hash.slice(1));
  const [password, setPassword] = useState("");
  const form = useForm(async () => {
    if ([...password].length < SHORTEST) throw new TooShort();
    await setUp(secret, password);
    go("/");
  });
  useEffect(() => history.replaceState(null, "", location.pathname), []);
  return (
    <Gate title={words.setUpTitle}>
      <p class="soft">{secret === "" ? words.noSecret : words.setUp}</p>
      {secret !== "" && (
        <form onSubmit={form.submit}>
          <TextField
            label={words.newPassword}
            type="password"
            autoComplete="new-password"
            value={password}
            onInput={setPassword}
            problem={setUpProblem(form.failure)}
            isFocused
          />
          <button type="submit" class="button is-main" disabled={form.isBusy}>
            {words.setPassword}
          </button>
        </form>
      )}
    </Gate>
  );
}

class TooShort extends Error {}

function setUpProblem(failure: Error | undefined): string | undefined {
  const words = appWords();
  if (failure === undefined) return undefined;
  if (failure instanceof TooShort || (failure instanceof Failure && failure.status === 400))
    return words.tooShort;
  return failure instanceof Failure && failure.status === 401 ? words.linkUsed : sentenceOf(failure);
}

function PasswordForm() {
  const words = appWords();
  const [password, setPassword] = useState("");
  const form = useForm(() => logIn(password));
  const problem =
    form.failure instanceof Failure && form.failure.status === 401
      ? words.wrongPassword
      : sentenceOf(form.failure);
  return (
    <form onSubmit={form.submit}>
      {/* Password managers want to know whose password it is. */}
      <input type="text" name="username" value="admin" autocomplete="username" hidden readOnly />
      <TextField
        label={words.password}
        type="password"
        autoComplete="current-password"
        value={password}
        onInput={setPassword}
        problem={problem}
        isRequired
        isFocused
      />
      <button type="submit" class="button is-main" disabled={form.isBusy}>
        {words.logIn}
      </button>
    </form>
  );
}

/** What to say of a failure in the viewer's language. */
function sentenceOf(failure: Error | undefined): string | undefined {
  const words = appWords();
  if (failure === undefined) return undefined;
  if (!(failure instanceof Failure)) return failure.message;
  if (failure.status === 429) return words.tooMany(String(failure.retryAfterS ?? 20));
  return failure.code === "admin_not_allowed" ? words.notAllowed : failure.message;
}

/** Logs in by the secret behind the `#`; gives back why that did not work. */
function useLoginLink(): string | undefined {
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    const secret = location.hash.slice(1);
    if (place.value.path !== "/login" || secret === "") return;
    history.replaceState(null, "", location.pathname);
    logInByLink(secret).then(
      () => go("/"),
      (failure: unknown) =>
        setProblem(
          failure instanceof Failure && failure.status === 401
            ? appWords().linkUsed
            : sentenceOf(failure instanceof Error ? failure : undefined),
        ),
    );
  }, []);
  return problem;
}

/** A form that is sent once at a time. */
function useForm(send: () => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await send();
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, submit };
}
