package kontiki.node.host.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The modules of the house and what each may import: the table of the design, as data. An arrow
 * that is not here is an error; to add one, write a record in docs/decisions first.
 */
final class House {
  /** The folder above every module. */
  static final Path ROOT = Path.of(System.getProperty("kontiki.root"));

  private static final Set<String> PKI = Set.of("kontiki.pki.ca", "kontiki.pki.transport");
  private static final Set<String> ORCHESTRATOR_CLIENT =
      Set.of("kontiki.orchestrator.api", "kontiki.orchestrator.client");

  /**
   * One module.
   *
   * @param folder below the root, for example {@code pki/ca}
   * @param mayImport packages of other modules that its classes may name
   */
  record Module(String folder, Set<String> mayImport) {
    /** The package that the folder's name stands for: {@code pki/ca} is {@code kontiki.pki.ca}. */
    String rootPackage() {
      return folder.equals("tests/chaos") ? "kontiki.chaos" : "kontiki." + folder.replace('/', '.');
    }

    Path classes() {
      return ROOT.resolve(folder).resolve("target/classes");
    }

    Path sources() {
      return ROOT.resolve(folder).resolve("src/main/java");
    }

    Path testSources() {
      return ROOT.resolve(folder).resolve("src/test/java");
    }
  }

  static final List<Module> MODULES =
      List.of(
          new Module("pki/ca", Set.of()),
          new Module("pki/transport", Set.of("kontiki.pki.ca")),
          new Module("kvstore/api", Set.of()),
          new Module("kvstore/mvcc", Set.of("kontiki.kvstore.api")),
          new Module("kvstore/server", plus(PKI, "kontiki.kvstore.api", "kontiki.kvstore.mvcc")),
          new Module("kvstore/cli", plus(PKI, "kontiki.kvstore.api")),
          new Module("orchestrator/api", Set.of()),
          new Module("orchestrator/client", plus(PKI, "kontiki.orchestrator.api")),
          new Module(
              "orchestrator/apiserver",
              plus(PKI, "kontiki.orchestrator.api", "kontiki.kvstore.api")),
          new Module("orchestrator/controllers", ORCHESTRATOR_CLIENT),
          new Module("orchestrator/scheduler", ORCHESTRATOR_CLIENT),
          new Module(
              "orchestrator/cli",
              plus(PKI, "kontiki.orchestrator.api", "kontiki.orchestrator.client")),
          new Module("node/cri", Set.of()),
          new Module(
              "node/kubelet",
              plus(
                  PKI,
                  "kontiki.node.cri",
                  "kontiki.orchestrator.api",
                  "kontiki.orchestrator.client")),
          new Module(
              "node/proxy", plus(PKI, "kontiki.orchestrator.api", "kontiki.orchestrator.client")),
          new Module("node/host", Set.of("kontiki")),
          new Module("tests/chaos", Set.of("kontiki")));

  private House() {}

  private static Set<String> plus(Set<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more))
        .collect(java.util.stream.Collectors.toSet());
  }

  /** Whether {@code packageName} is {@code root} or lies below it. */
  static boolean isIn(String packageName, String root) {
    return packageName.equals(root) || packageName.startsWith(root + ".");
  }

  /** Every Java source below {@code folder}, sorted; none where the folder is absent. */
  static List<Path> javaFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return new ArrayList<>(
          files.filter(file -> file.toString().endsWith(".java")).sorted().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
