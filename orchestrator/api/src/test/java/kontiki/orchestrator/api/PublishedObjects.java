package kontiki.orchestrator.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The golden files of the published API, where the checkout has them beside it. */
public final class PublishedObjects {
  private PublishedObjects() {}

  /** One golden object: its file name without ending, and its three forms. */
  public record Golden(String name, byte[] json, byte[] yaml, byte[] protobuf) {
    @Override
    public String toString() {
      return name;
    }
  }

  public static Path folder() {
    String root = System.getProperty("kontiki.root", ".");
    return Path.of(root).resolve("../shared/testdata/kubernetes-api-v1.36").normalize();
  }

  /** All of them; skips the calling test, saying so, where there are none. */
  public static List<Golden> all() {
    Path folder = folder();
    Assumptions.assumeTrue(
        Files.isDirectory(folder), "skipped: no golden files of the published API at " + folder);
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json") && !name.contains("after_roundtrip"))
          .map(name -> name.substring(0, name.length() - 5))
          .sorted()
          .map(name -> read(folder, name))
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Golden read(Path folder, String name) {
    try {
      return new Golden(
          name,
          Files.readAllBytes(folder.resolve(name + ".json")),
          Files.readAllBytes(folder.resolve(name + ".yaml")),
          Files.readAllBytes(folder.resolve(name + ".pb")));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
