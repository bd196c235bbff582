// Sign in: a server that others can reach asks for its token.
import { api, mustSignIn } from './api.js';
import { html, useSignal } from './lib.js';
import { connect } from './live.js';
import { Button, Field } from './parts.js';

export function SignIn() {
  const token = useSignal('');
  const error = useSignal('');
  const submit = async (event) => {
    event.preventDefault();
    try {
      await api.signIn(token.value.trim());
      mustSignIn.value = false;
      connect();
    } catch (problem) {
      error.value = problem.status === 401 ? 'That is not this server’s token.' : problem.message;
    }
  };
  return html`<main class="sign-in"><form class="card" onSubmit=${submit}>
    <h1>mockserver</h1>
    <p>This server asks for its token: the one that it was started with (<code>--token</code>, <code>MOCKSERVER_TOKEN</code>), or that it printed at the start.</p>
    <${Field} label="Token" error=${error.value}><input type="password" autocomplete="current-password" required autofocus value=${token.value} onInput=${(event) => (token.value = event.target.value)} /><//>
    <${Button} type="submit" kind="primary">Sign in<//>
  </form></main>`;
}
