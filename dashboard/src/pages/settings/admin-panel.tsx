// Who may administer; another password; the end of every session.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { Failure } from "../../api/failure.ts";
import { session } from "../../api/state.ts";
import { logOut } from "../../app/session-actions.ts";
import { TextField } from "../../parts/field.tsx";
import { Panel } from "../../parts/panel.tsx";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { settingsWords } from "../../words/settings/words.ts";

const LEAST = 12;

/** The panel. */
export function AdminPanel({ admin }: { readonly admin: Answer<"getSettings">["admin"] }) {
  const words = settingsWords();
  const leave = (): void => {
    logOut(true).then(
      () => toast(appWords().loggedOutEverywhere),
      (error: unknown) => toast(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <Panel title={words.admin} span={6}>
      <div class="stack">
        <dl class="facts">
          <dt>{words.remote}</dt>
          <dd>{admin.is_remote ? words.remoteYes : words.remoteNo}</dd>
          <dt>{words.token}</dt>
          <dd>{admin.has_token ? words.yes : words.no}</dd>
        </dl>
        <PasswordForm />
        <div>
          <button type="button" class="button is-danger" onClick={leave}>
            {appWords().logOutEverywhere}
          </button>
        </div>
      </div>
    </Panel>
  );
}

function PasswordForm() {
  const words = settingsWords();
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string>();
  const change = async (): Promise<void> => {
    setProblem(undefined);
    try {
      await call("changePassword", { body: { old, password } }, { isOpen: true });
      toast(words.passwordChanged);
      session.value = "out";
    } catch (error) {
      const isWrong = error instanceof Failure && error.status === 401;
      setProblem(isWrong ? words.wrong : error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      <div class="pair">
        <TextField
          label={words.oldPassword}
          type="password"
          autoComplete="current-password"
          value={old}
          problem={problem}
          onInput={setOld}
        />
        <TextField
          label={words.newPassword}
          type="password"
          autoComplete="new-password"
          value={password}
          hint={appWords().tooShort}
          onInput={setPassword}
        />
      </div>
      <div>
        <button type="submit" class="button" disabled={old === "" || password.length < LEAST}>
          {words.changePassword}
        </button>
      </div>
    </form>
  );
}
