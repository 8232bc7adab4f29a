package kontiki.node.host.supervise;

import java.time.Instant;
import java.util.Optional;
import kontiki.node.host.machine.ProcessIdentity;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * What the supervisor says of a component.
 *
 * @param since when it came into its phase
 * @param problem why it is not healthy; empty if it is
 */
public record ComponentReport(
    String name,
    Phase phase,
    Optional<ProcessIdentity> process,
    Instant since,
    int restarts,
    String problem) {

  JsonObject toJson() {
    JsonObject json =
        JsonObject.of(
            "name", name,
            "phase", phase.word(),
            "since", since.toString(),
            "restarts", restarts,
            "problem", problem);
    process.ifPresent(one -> json.put("pid", one.pid()).put("startTicks", one.startTicks()));
    return json;
  }

  static ComponentReport of(JsonObject json) {
    Long pid = json.integer("pid");
    return new ComponentReport(
        json.string("name", ""),
        Phase.of(json.string("phase", "")),
        pid == null
            ? Optional.empty()
            : Optional.of(new ProcessIdentity(pid, json.integer("startTicks", 0))),
        Instant.parse(json.string("since", "")),
        Math.toIntExact(json.integer("restarts", 0)),
        json.string("problem", ""));
  }
}
