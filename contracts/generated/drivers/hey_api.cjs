// Calls every operation through hey-api's client, compiled into the folder that is named; prints the outcomes.
const fs = require('node:fs')
const path = require('node:path')

const folder = path.resolve(process.argv[2])
const sdk = require(path.join(folder, 'sdk.gen.js'))
const { createClient } = require(path.join(folder, 'client', 'index.js'))

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

async function call(client, job) {
  const given = { path: {}, query: {} }
  for (const { name, in: where, value } of job.parameters) given[where][name] = value
  const body = job.body === null ? {} : { body: job.body }
  try {
    const { data } = await sdk[camel(job.operation)]({ client, ...given, ...body, throwOnError: true })
    return { operation: job.operation, value: data }
  } catch (error) {
    return { operation: job.operation, error: String(error.stack ?? JSON.stringify(error)) }
  }
}

async function main() {
  const jobs = JSON.parse(fs.readFileSync(0, 'utf8'))
  const client = createClient({ baseUrl: jobs.url, headers: { [jobs.header]: jobs.key } })
  const outcomes = []
  for (const job of jobs.calls) outcomes.push(await call(client, job))
  process.stdout.write(JSON.stringify(outcomes))
}

main()
