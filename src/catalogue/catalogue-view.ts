// What a data plane needs of the endpoints' lists, whoever asks for them.

import type { Catalogue } from "./catalogue.ts";

/** The lists of all endpoints. */
export type CatalogueView = Pick<
  Catalogue,
  | "setPlan"
  | "lists"
  | "status"
  | "hasFirstAnswers"
  | "firstAnswers"
  | "untold"
  | "askForUnknownName"
  | "askAgain"
  | "close"
>;
