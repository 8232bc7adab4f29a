package kontiki.orchestrator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kontiki.orchestrator.client.KubeConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which cluster a command talks to, as whom, and in which namespace. */
final class ClusterOptions {
  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig to use (default: $KUBECONFIG, then ~/.kube/config).")
  private @Nullable Path kubeconfig;

  @Option(names = "--context", paramLabel = "NAME", description = "A context of the kubeconfig.")
  private @Nullable String context;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "The namespace (default: the context's).")
  private @Nullable String namespace;

  /** Whether the user named a namespace, as opposed to taking the context's. */
  boolean namesNamespace() {
    return namespace != null;
  }

  /**
   * Connects; the caller closes the session.
   *
   * @throws IOException when there is no kubeconfig, or none that can be used; the message says
   *     which file was looked at
   */
  Session open() throws IOException {
    Path file = file();
    if (!Files.exists(file)) {
      throw new IOException(
          "there is no kubeconfig "
              + file
              + ": start a cluster with 'kontiki up', or name a file with --kubeconfig");
    }
    KubeConfig config = KubeConfig.load(file);
    if (context != null) {
      config = config.withCurrentContext(context);
    }
    return Session.open(config, namespace);
  }

  private Path file() {
    if (kubeconfig != null) {
      return kubeconfig;
    }
    String listed = System.getenv("KUBECONFIG");
    if (listed != null && !listed.isEmpty()) {
      return Path.of(listed.split(":", 2)[0]);
    }
    String home = System.getenv("HOME");
    return Path.of(home == null ? System.getProperty("user.home") : home, ".kube", "config");
  }
}
