// What is wrong with a change of client keys, limits and budgets.

import type { MessageTable } from "./message-table.ts";

/** Sentences about keys of the store. */
// biome-ignore format: a table reads best with one row a message
export const ACCOUNTS_MESSAGES = {
  'keys.badName': 'a name is 1 to {longest} letters, digits, signs and spaces, and is not a number behind "#"',
  'keys.badOwner': 'an owner is 1 to {longest} letters, digits, signs and spaces',
  'keys.badTags': 'tags are a list of at most 256 texts of 1 to {longest} letters, digits and signs without commas',
  'keys.badPatterns': 'patterns are a list of 1 to 256 texts of at most 512 characters (`*` any text, `?` one character)',
  'keys.badAddresses': 'addresses are a list of 1 to 256 addresses or networks, such as 192.168.1.0/24 or fd00::/8',
  'keys.badTime': 'a time is a whole number of milliseconds since 1970',
  'keys.badFlag': 'this is either true or false',
  'keys.badLimits': 'limits are whole numbers of requests and tokens a minute, hour and day, and of requests at the same time, each at least 1',
  'keys.badBudget': 'a budget is an amount above 0 for a day, a week, a month or in total, with a share to warn at above 0 and up to 1, and the name of a time zone such as Asia/Taipei',
  'keys.badKey': 'a key is 16 to 512 visible ASCII characters without spaces',
  'keys.badGrace': 'the time for which the old key stays good is from 0 to 366 days',
  'keys.keyTaken': 'there is a client key with this key already',
  'keys.nameTaken': 'there is a client key named "{name}" already',
  'keys.notFound': 'there is no client key "{name}"',
  'keys.readOnly': 'the client key "{name}" is set by the configuration file: change it there',
  'keys.changed': 'somebody else has changed this key meanwhile: look at it again',
  'keys.tooMany': 'there are {max} client keys, and there can be no more',
  'keys.unavailable': 'the client keys cannot be read now: try again in a moment',
  'keys.noPepper': 'the file key-pepper cannot be written into the data folder: make the folder writable, or name another one by --data-dir',
  'accounts.noNetwork': 'is no address and no network',
  'accounts.noTag': 'is no tag',
  'accounts.noTag.fix': 'write 1 to 64 letters, digits and signs without commas',
  'accounts.sameBudget': '{place} is for the same clients and the same time as {other}',
  'accounts.noWebhook': '{place} is no address of a webhook',
  'accounts.noWebhook.fix': 'write an address that begins with https:// or http://, without a name and password in it',
  'accounts.name.fix': 'correct it, or remove it',
  'accounts.emptyList': '{place} is empty',
  'accounts.emptyList.fix': 'name something, or remove it so that nothing is left out',
  'accounts.entry.fix': 'correct it: tags are short texts without commas, endpoints are names or patterns, addresses are like 192.168.1.0/24',
} as const satisfies MessageTable;
