package kontiki.node.host.teardown;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;

/** What engines and network plugins leave outside of the data directory when they are killed. */
final class EngineLeftovers {

  private static final Path SHIM_SOCKETS = Path.of("/run/containerd/s");
  private static final Path CNI_RESULTS = Path.of("/var/lib/cni/results");

  private EngineLeftovers() {}

  /** The sandboxes that an engine has files of. */
  static List<String> sandboxes(Layout layout, String node) throws IOException {
    Path folder = layout.engine(node).resolve("root/io.containerd.grpc.v1.cri/sandboxes");
    List<String> sandboxes = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
        content.forEach(sandbox -> sandboxes.add(sandbox.getFileName().toString()));
      }
    }
    return sandboxes;
  }

  static void remove(ClusterSpec spec, Collection<String> sandboxes) throws IOException {
    for (String sandbox : sandboxes) {
      for (int number : spec.nodeNumbers().toList()) {
        Path socket = spec.layout().engineSocket(Addresses.nodeName(number));
        Files.deleteIfExists(shimSocket(socket, sandbox));
      }
    }
    removeCniResults(sandboxes);
    for (Path folder :
        List.of(SHIM_SOCKETS, SHIM_SOCKETS.getParent(), CNI_RESULTS, CNI_RESULTS.getParent())) {
      if (Files.isDirectory(folder) && Trees.isEmpty(folder)) {
        Files.delete(folder);
      }
    }
  }

  /** Shims name their sockets by a hash, whatever the engine's own folders are. */
  static Path shimSocket(Path engineSocket, String sandbox) {
    String text = engineSocket + "/k8s.io/" + sandbox;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return SHIM_SOCKETS.resolve(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** One folder for all engines of the machine: only files of these sandboxes are touched. */
  private static void removeCniResults(Collection<String> sandboxes) throws IOException {
    if (!Files.isDirectory(CNI_RESULTS)) {
      return;
    }
    try (DirectoryStream<Path> results = Files.newDirectoryStream(CNI_RESULTS)) {
      for (Path result : results) {
        String name = result.getFileName().toString();
        if (sandboxes.stream().anyMatch(sandbox -> name.contains("-" + sandbox + "-"))) {
          Files.deleteIfExists(result);
        }
      }
    }
  }
}
