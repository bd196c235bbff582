// Scalar's mock server, which is a library, as a program: node scalar.js SPEC PORT
import { serve } from '@hono/node-server'
import { createMockServer } from '@scalar/mock-server'

const [spec, port] = process.argv.slice(2)
const app = await createMockServer({ document: spec, logger: false })
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(port) })
