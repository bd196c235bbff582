// The dashboard: the bar, the screens, and what connects them to the server.
import { mustSignIn } from './api.js';
import { MakeItFail } from './fail.js';
import { effect, html, render } from './lib.js';
import { connect } from './live.js';
import { Notices } from './parts.js';
import { Reference } from './reference.js';
import { Report } from './report.js';
import { route, SCREENS } from './route.js';
import { Search } from './search.js';
import { Setup } from './setup.js';
import { SignIn } from './signin.js';
import { connection, loaded } from './store.js';
import { Navigation, TopBar } from './topbar.js';
import { Traffic } from './traffic.js';
import { World } from './world.js';

const VIEWS = { traffic: Traffic, fail: MakeItFail, world: World, reference: Reference, report: Report, setup: Setup };

function Dashboard() {
  if (mustSignIn.value) return html`<${SignIn} /><${Notices} />`;
  const { screen } = route.value;
  return html`
    <a class="skip" href="#content" onClick=${(event) => { event.preventDefault(); document.getElementById('content').focus(); }}>Skip to the content</a>
    <${TopBar} /><${Navigation} />
    <main id="content" tabindex="-1" class=${screen}>
      ${loaded.value ? html`<${VIEWS[screen]} />` : html`<p class="pad muted" role="status">${connection.value === 'lost' ? 'The mock server can’t be reached; trying again…' : 'Loading…'}</p>`}
    </main>
    <${Search} /><${Notices} />`;
}

effect(() => {
  document.title = `${SCREENS[route.value.screen]} · mockserver`;
});
render(html`<${Dashboard} />`, document.getElementById('app'));
connect();
