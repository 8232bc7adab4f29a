package kontiki.orchestrator.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kontiki ctl scale}: sets how many replicas an object has, through its scale. */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description = "Set how many replicas an object has.",
    footer = {
      "",
      "Examples:",
      "  kontiki ctl scale deployment/web --replicas=5",
      "  kontiki ctl scale rs web --current-replicas=3 --replicas=2"
    })
final class ScaleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(arity = "1..*", paramLabel = "TYPE NAME... | TYPE/NAME")
  private List<String> words = List.of();

  @Option(names = "--replicas", required = true, paramLabel = "N", description = "How many.")
  private int replicas;

  @Option(
      names = "--current-replicas",
      paramLabel = "N",
      description = "Only if it has this many now.")
  private @Nullable Integer currentReplicas;

  @Override
  public Integer call() throws IOException {
    if (replicas < 0) {
      throw new IllegalArgumentException("--replicas must not be negative: " + replicas);
    }
    try (Session session = cluster.open()) {
      for (Target target : Target.parse(session.discovery(), words)) {
        String name =
            target.name().orElseThrow(() -> new IllegalArgumentException("name what to scale"));
        String path = target.resource().path(session.namespace(), name) + "/scale";
        if (currentReplicas != null) {
          checkCurrent(session, path);
        }
        JsonObject patch = JsonObject.of("spec", JsonObject.of("replicas", (long) replicas));
        session.send("PATCH", path, "application/merge-patch+json", patch);
        spec.commandLine().getOut().println(target.resource().qualified() + "/" + name + " scaled");
      }
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  private void checkCurrent(Session session, String path) {
    Long now = session.get(path, "application/json").integerAt("spec", "replicas");
    long have = now == null ? 0 : now;
    if (currentReplicas != null && have != currentReplicas) {
      throw new IllegalArgumentException(
          "expected " + currentReplicas + " replicas, but there are " + have);
    }
  }
}
