// What the build makes of files that are no programs.

declare module "*.css";
declare module "*.svg" {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: Vite gives the address so.
  export default address;
}
