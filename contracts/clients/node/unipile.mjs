// Runs jobs through unipile-node-sdk: `node unipile.mjs BASE_URL`, a JSON list of
// {key, path, parameters?} on stdin; prints a JSON list of {value} or {error}.
import { readFileSync } from 'node:fs';
import { UnipileClient, UnipileError } from 'unipile-node-sdk';

// The client hands on a body that is not application/json as a Blob.
async function readable(body) {
  return body instanceof Blob ? { blob: { type: body.type, text: await body.text() } } : body;
}

async function run({ key, path, parameters }) {
  try {
    const { request } = new UnipileClient(process.argv[2], key);
    return { value: await readable(await request.send({ path, method: 'GET', parameters })) };
  } catch (error) {
    const { message } = error;
    const body = await readable(error.body);
    return { error: { class: error.constructor.name, typed: error instanceof UnipileError, message, body } };
  }
}

console.log(JSON.stringify(await Promise.all(JSON.parse(readFileSync(0, 'utf8')).map(run))));
