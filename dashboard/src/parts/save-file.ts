// Gives the viewer a file that the page has made.

/** Saves a text under a name, as the browser saves downloads. */
export function saveFile(name: string, media: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: media }));
  link.download = name;
  link.click();
  // The download has begun by then; what is not given back stays in memory as long as the page.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
