// Bodies of multipart/form-data, byte by byte as a test wants them.

/** One part: its lines of headers, and its value. */
export type Part = readonly [headers: string, value: string | Buffer];

/** A form of these parts. */
export function form(parts: readonly Part[], boundary = "b0"): Buffer {
  const pieces = parts.flatMap(([headers, value]) => [
    Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`),
    Buffer.from(value),
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

/** A part that is a plain field. */
export function field(name: string, value: string | Buffer): Part {
  return [`Content-Disposition: form-data; name="${name}"`, value];
}
