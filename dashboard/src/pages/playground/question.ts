// What is asked. It outlives the page, so that a look at another page loses nothing.

import { signal } from "@preact/signals";

/** A picture that goes along. */
export type Picture = { readonly name: string; readonly url: string; readonly bytes: number };

/** What is typed and chosen; texts as they stand in their fields. */
export type Question = {
  readonly system: string;
  readonly user: string;
  readonly temperature: string;
  readonly maxTokens: string;
  readonly pictures: readonly Picture[];
};

/** Nothing typed yet. */
export const EMPTY: Question = { system: "", user: "", temperature: "", maxTokens: "", pictures: [] };

/** What is typed. */
export const question = signal<Question>(EMPTY);

/** The models of the two lanes; undefined before one was chosen, empty for none. */
export const models = signal<readonly [first: string | undefined, second: string | undefined]>([
  undefined,
  undefined,
]);

const TYPES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);

/** All pictures together. A question may have 8 MiB, in which a picture takes a third more. */
export const MOST_BYTES = 5 * 1024 * 1024;

/** Why a file is no picture for a question. */
export type PictureRefusal = "type" | "size" | "unreadable";

/** Reads a file of the viewer's. */
export async function pictureOf(file: File, bytesSoFar: number): Promise<Picture | PictureRefusal> {
  if (!TYPES.has(file.type)) return "type";
  if (file.size + bytesSoFar > MOST_BYTES) return "size";
  const url = await new Promise<string | undefined>((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () =>
      resolve(typeof reader.result === "string" ? reader.result : undefined),
    );
    reader.addEventListener("error", () => resolve(undefined));
    reader.readAsDataURL(file);
  });
  return url === undefined ? "unreadable" : { name: file.name, url, bytes: file.size };
}

/** Fields whose value is none that may be sent. */
export function badFields({ temperature, maxTokens }: Question): ReadonlySet<"temperature" | "maxTokens"> {
  const bad = new Set<"temperature" | "maxTokens">();
  const heat = Number(temperature);
  if (temperature.trim() !== "" && !(heat >= 0 && heat <= 2)) bad.add("temperature");
  const most = Number(maxTokens);
  if (maxTokens.trim() !== "" && !(Number.isSafeInteger(most) && most > 0)) bad.add("maxTokens");
  return bad;
}

/** The request for one model. */
export function bodyOf(model: string, asked: Question, isStream: boolean): Readonly<Record<string, unknown>> {
  const { system, user, temperature, maxTokens, pictures } = asked;
  const content =
    pictures.length === 0
      ? user
      : [
          { type: "text", text: user },
          ...pictures.map(({ url }) => ({ type: "image_url", image_url: { url } })),
        ];
  return {
    model,
    messages: [
      ...(system.trim() === "" ? [] : [{ role: "system", content: system }]),
      { role: "user", content },
    ],
    ...(temperature.trim() !== "" && { temperature: Number(temperature) }),
    ...(maxTokens.trim() !== "" && { max_tokens: Number(maxTokens) }),
    ...(isStream && { stream: true, stream_options: { include_usage: true } }),
  };
}
