// What a gateway that runs as a service says: variables of its own, credentials of the service manager.

import type { MessageTable } from "./message-table.ts";

/** What a gateway that runs as a service says: variables, credentials. */
// biome-ignore format: a table reads best with one row a message
export const SERVER_MESSAGES = {
  'variable.wrong': '{name} must be {wanted}, found "{value}".',
  'variable.fix': 'set {name} to {example}, or unset it',
  'variable.config': 'the path of a configuration file that exists',
  'variable.configFix': 'correct the path in OAI_GATEWAY_CONFIG, or unset it to have the file looked for',
  'variable.misspelt': '{name} is not read here; did you mean {near}?',
  'variable.host': 'an address or a host name, without scheme, port or path',
  'variable.level': 'one of {values}',
  'variable.open': 'OAI_GATEWAY_HOST says so: put server.api_keys into {file}, or set OAI_GATEWAY_HOST=127.0.0.1, or pass --allow-anonymous if everyone who reaches it may use it',
  'variable.openDemo': 'the demo has no client keys: pass --host 127.0.0.1',
  'variable.address': 'set OAI_GATEWAY_HOST to 127.0.0.1 or to an address of this machine',
  'variable.taken': 'set OAI_GATEWAY_PORT to another port, such as {port}',
  'credential.unreadable': 'the credential {name} cannot be read ({code})',
  'credential.noFile': 'the credential {name} is no plain file',
  'credential.large': 'the credential {name} is larger than 64 KiB',
  'credential.noText': 'the credential {name} is no UTF-8 text',
  'credential.empty': 'the credential {name} is empty',
  'credential.lines': 'the credential {name} has several lines, or a control character',
  'credential.fix': 'put the value alone, on one line, into the file that the service hands over as {name} (LoadCredential={name}:PATH), and start the service again',
  'credential.hint': 'hand it over as a credential (LoadCredential={name}:PATH)',
  'service.status': '{url}, endpoints: {endpoints}, models: {models}',
} as const satisfies MessageTable;
