// What `doctor` says of the configuration, and why nothing can be tested with it, where that is so.

import { message } from "../../language/messages.ts";
import type { Configured, Unconfigured } from "../shared/configured.ts";
import type { DoctorReport } from "./doctor-report.ts";

/** The part of the report that is about the configuration. */
export function configReport(
  found: Configured | Unconfigured,
): Pick<DoctorReport, "config" | "configProblem"> {
  switch (found.kind) {
    case "broken": {
      const { file, problems } = found;
      const count = problems.length;
      const config =
        count === 1
          ? message("doctor.configBrokenOne", { file })
          : message("doctor.configBroken", { file, count });
      const configProblem = { problem: message("doctor.broken"), fix: message("doctor.fix.broken") };
      return { config, configProblem };
    }
    case "nothing": {
      const configProblem = { problem: message("init.nothing"), fix: message("next.noConfig") };
      return { config: message("doctor.configNone"), configProblem };
    }
    case "configured":
      return configuredReport(found.file, found.config.plan.endpoints.length);
  }
}

function configuredReport(
  file: string | undefined,
  count: number,
): Pick<DoctorReport, "config" | "configProblem"> {
  if (file === undefined)
    return {
      config: count === 1 ? message("doctor.configFoundOne") : message("doctor.configFound", { count }),
    };
  const config =
    count === 1 ? message("doctor.configFileOne", { file }) : message("doctor.configFile", { file, count });
  if (count > 0) return { config };
  const fix = message("doctor.fix.addEndpoint", { file });
  return { config, configProblem: { problem: message("doctor.noEndpoints"), fix } };
}
