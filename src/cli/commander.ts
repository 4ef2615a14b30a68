// The one importer of commander, by which the command line's grammar is written.

// biome-ignore lint/performance/noBarrelFile: so that a package has one importing file
export {
  Argument,
  Command,
  CommanderError,
  type HelpConfiguration,
  Option,
  type OutputConfiguration,
} from "commander";
