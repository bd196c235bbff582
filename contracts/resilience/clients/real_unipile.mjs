// npm unipile-node-sdk, unmodified: reads an account's InMail balance, as its users would write it.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const packages = createRequire(new URL('../../clients/node/package.json', import.meta.url));
const { UnipileClient, UnipileError } = await import(pathToFileURL(packages.resolve('unipile-node-sdk')));

const { POSTPRESS_BASE_URL, POSTPRESS_API_KEY } = process.env;
const { request } = new UnipileClient(POSTPRESS_BASE_URL.replace(/\/(api\/)?v1$/, ''), POSTPRESS_API_KEY);
try {
  const parameters = { account_id: 'acc_1' };
  const { premium } = await request.send({ path: ['linkedin', 'inmail_balance'], method: 'GET', parameters });
  console.log(`${premium} credits left`);
} catch (error) {
  if (!(error instanceof UnipileError)) throw error;
  console.error(error.constructor.name);
  process.exitCode = 1;
}
