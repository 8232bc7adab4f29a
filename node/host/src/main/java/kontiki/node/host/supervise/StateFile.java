package kontiki.node.host.supervise;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.machine.ProcessIdentity;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/** The supervisor's report on disk: written by it alone, read by anybody, always whole. */
public final class StateFile {

  private StateFile() {}

  static void write(Path file, ProcessIdentity supervisor, List<ComponentReport> reports)
      throws IOException {
    JsonObject json =
        JsonObject.of(
            "supervisor",
            JsonObject.of("pid", supervisor.pid(), "startTicks", supervisor.startTicks()),
            "components",
            JsonArray.copyOf(reports.stream().map(ComponentReport::toJson).toList()));
    ClusterSpec.writeWhole(file, new String(Json.writeIndented(json), StandardCharsets.UTF_8));
  }

  /** The supervisor that wrote the last report, whether it still runs or not. */
  public static Optional<ProcessIdentity> supervisor(Path file) throws IOException {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file)).object("supervisor");
      return json == null
          ? Optional.empty()
          : Optional.of(new ProcessIdentity(json.integer("pid", 0), json.integer("startTicks", 0)));
    } catch (NoSuchFileException | IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  /** The last report; none if there was none or it cannot be read. */
  public static List<ComponentReport> read(Path file) throws IOException {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file));
      return json.objects("components").stream().map(ComponentReport::of).toList();
    } catch (NoSuchFileException | IllegalArgumentException | DateTimeException none) {
      return List.of();
    }
  }
}
