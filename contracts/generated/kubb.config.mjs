// Kubb has no command line for these: SPEC and OUT name the files.
import { defineConfig } from '@kubb/core'
import { pluginClient } from '@kubb/plugin-client'
import { pluginOas } from '@kubb/plugin-oas'
import { pluginTs } from '@kubb/plugin-ts'

export default defineConfig({
  root: '.',
  input: { path: process.env.SPEC },
  output: { path: process.env.OUT, clean: true, format: false, lint: false },
  plugins: [pluginOas(), pluginTs(), pluginClient()],
})
