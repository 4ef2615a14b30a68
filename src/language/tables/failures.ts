// Why a command refuses, and what to do about it.

import type { MessageTable } from "./message-table.ts";

/** Why a command refuses, and what to do about it. */
// biome-ignore format: a table reads best with one row a message
export const FAILURES_MESSAGES = {
  'label.fix': 'fix: {text}',
  'label.next': 'next: {text}',
  'fail.portTaken': 'port {port} on {host} is already in use by {owner}.',
  'fix.port': '{command} --port {port}',
  'fix.addEndpoint': 'to use that server as an endpoint, put into config.yaml:',
  'fail.portForbidden': 'port {port} needs administrator rights: ports below 1024 are reserved.',
  'fail.portReserved': 'Windows has reserved port {port}; these ranges are taken: netsh int ipv4 show excludedportrange tcp',
  'fail.address': 'cannot listen on {host}: no network interface of this machine has that address.',
  'fix.address': 'use --host 127.0.0.1, or an address of this machine',
  'fail.listen': 'cannot listen on {host}:{port} ({code}).',
  'next.listen': 'try another --port, or look at the system\'s limits',
  'fail.open': '{host} can be reached from other machines, and no client keys are set.',
  'fix.open': 'set server.api_keys in config.yaml, or pass --allow-anonymous if everyone who reaches it may use it',
  'fail.option': '{option} must be {wanted}, found "{value}".',
  'want.port': 'a whole number from 0 to 65535',
  'want.traffic': 'a number from 0 to 100',
  'want.oneOf': 'one of {values}',
  'fail.command': 'unknown command "{name}".',
  'fix.didYouMean': 'did you mean "{name}"?',
  'next.help': 'oai-gateway --help',
  'next.helpOf': 'oai-gateway {name} --help',
  'fail.internal': 'something went wrong inside oai-gateway: {message}',
  'next.report': 'run it again with OAI_GATEWAY_DEBUG=1 for details, and please report it',
  'fail.noConfig': 'no configuration found: {tried}.',
  'next.noConfig': 'oai-gateway init',
  'next.doctor': 'oai-gateway doctor tests them live',
  'fix.resetOther': 'name the one that is served, by --config: {others}',
  'next.models': 'oai-gateway models lists those that are served',
  'fix.init': 'pass --force to overwrite it, or --output FILE to write elsewhere',
  'fix.completions': 'oai-gateway completions bash',
  'next.serve': 'oai-gateway',
  'next.serveFile': 'oai-gateway --config {file}',
  'next.initNothing': 'put a key into .env (OPENAI_API_KEY=…), export it, or start a local server, then run it again',
  'fix.needsTty': 'oai-gateway init --from-detected',
} as const satisfies MessageTable;
