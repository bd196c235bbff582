// npm @linkedapi/node, unmodified: adds five seats to what there is, as its users would write it.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');

const packages = createRequire(path.join(__dirname, '../../clients/node/package.json'));
const { LinkedApiAdmin, LinkedApiError } = packages('@linkedapi/node');
const { buildAdminHttpClient } = packages('@linkedapi/node/dist/admin/admin-http-client.js');

const { LINKEDAPI_BASE_URL, LINKEDAPI_API_KEY } = process.env;
const http = buildAdminHttpClient({ linkedApiToken: LINKEDAPI_API_KEY }, 'node', LINKEDAPI_BASE_URL);

async function main() {
  const { subscription } = new LinkedApiAdmin(http);
  try {
    await subscription.getStatus();
    const [seats] = (await subscription.getSeats()).seats;
    await subscription.setSeats({ ...seats, quantity: seats.quantity + 5 });
  } catch (error) {
    if (!(error instanceof LinkedApiError)) throw error;
    console.error(`${error.type}: ${error.message}`);
    process.exitCode = 1;
  }
}

main();
