package kontiki.node.host.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * What a cluster on this machine is: written into its data directory before anything else, so that
 * even a half-made cluster is known as one.
 *
 * @param id random, of this cluster alone: every process of it bears it
 * @param machine the machine that it was made on
 * @param dataDirectory absolute
 * @param kubeconfig the file of the user that bears the context; empty if none was written
 */
public record ClusterSpec(
    String id,
    String machine,
    Path dataDirectory,
    int members,
    int nodes,
    Optional<Path> kubeconfig) {

  /** Environment variable that says to which cluster a process belongs. */
  public static final String CLUSTER_VARIABLE = "KONTIKI_CLUSTER";

  /** Environment variable that says which component a process is. */
  public static final String COMPONENT_VARIABLE = "KONTIKI_COMPONENT";

  public Stream<Integer> nodeNumbers() {
    return IntStream.rangeClosed(1, nodes).boxed();
  }

  public Stream<Integer> memberNumbers() {
    return IntStream.rangeClosed(1, members).boxed();
  }

  public Layout layout() {
    return new Layout(dataDirectory);
  }

  public ClusterSpec withKubeconfig(Path file) {
    return new ClusterSpec(id, machine, dataDirectory, members, nodes, Optional.of(file));
  }

  /** Reads a specification; empty if the file is not there. */
  public static Optional<ClusterSpec> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file));
      return Optional.of(
          new ClusterSpec(
              required(json, "id"),
              required(json, "machine"),
              Path.of(required(json, "dataDirectory")),
              Math.toIntExact(json.integer("members", 1)),
              Math.toIntExact(json.integer("nodes", 1)),
              Optional.ofNullable(json.string("kubeconfig")).map(Path::of)));
    } catch (IllegalArgumentException wrong) {
      throw new IOException(file + " is not a cluster's description: " + wrong.getMessage(), wrong);
    }
  }

  private static String required(JsonObject json, String key) {
    String value = json.string(key);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("it has no " + key);
    }
    return value;
  }

  /** Writes it, whole or not at all. */
  public void write(Path file) throws IOException {
    JsonObject json =
        JsonObject.of(
            "id", id,
            "machine", machine,
            "dataDirectory", dataDirectory.toString(),
            "members", members,
            "nodes", nodes);
    kubeconfig.ifPresent(path -> json.put("kubeconfig", path.toString()));
    writeWhole(file, new String(Json.writeIndented(json), StandardCharsets.UTF_8));
  }

  /** Replaces a file by one move. */
  public static void writeWhole(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What tells this machine from others: survives a restart. */
  public static String thisMachine() throws IOException {
    for (Path file : new Path[] {Path.of("/etc/machine-id"), Path.of("/etc/hostname")}) {
      if (Files.isReadable(file)) {
        String text = Files.readString(file).strip();
        if (!text.isEmpty()) {
          return text;
        }
      }
    }
    return "unknown";
  }
}
