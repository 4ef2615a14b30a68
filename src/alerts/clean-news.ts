// Makes news fit to be told: names are people's own, may be as long as they like, and may steer whatever shows them.

import { cleanText } from "../core/clean-text.ts";
import type { AlertDetails, AlertNews } from "./alert.ts";

const MAX_TEXT_CHARS = 1_000;
const MAX_NAME_CHARS = 200;

/** The same without control characters, without what looks like a key, and no longer than a chat shows. */
export function cleanNews(news: AlertNews): AlertNews {
  return {
    kind: news.kind,
    level: news.level,
    subject: cutText(cleanText(news.subject), MAX_NAME_CHARS),
    text: cutText(cleanText(news.text), MAX_TEXT_CHARS),
    details: cleanDetails(news.details),
  };
}

/** A name in a sentence: a long one hides the rest of it. */
export function shownName(name: string): string {
  return cutText(cleanText(name), 100);
}

/** At most so many units of UTF-16, no pair of them torn apart. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(maxChars - 2)) ? maxChars - 2 : maxChars - 1;
  return `${text.slice(0, end)}…`;
}

function cleanDetails(details: AlertDetails): AlertDetails {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, cleanDetail(value)]));
}

function cleanDetail(value: AlertDetails[string]): AlertDetails[string] {
  if (typeof value === "string") return cutText(cleanText(value), MAX_NAME_CHARS);
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? value.slice(0, 50).map(cleanDetail) : cleanDetails(value);
}

function isList(value: AlertDetails[string]): value is readonly AlertDetails[string][] {
  return Array.isArray(value);
}
