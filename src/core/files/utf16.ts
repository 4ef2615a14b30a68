// Tells text in UTF-16, which is not read, from what is broken.

/** Whether bytes begin with the mark of UTF-16, which Windows PowerShell writes by `>`. */
export function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}
