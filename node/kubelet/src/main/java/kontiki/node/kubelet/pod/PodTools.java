package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import kontiki.node.kubelet.KubeletConfig;
import kontiki.node.kubelet.probe.Handlers;
import kontiki.node.kubelet.runtime.ContainerSpec;
import kontiki.node.kubelet.runtime.HostsFile;
import kontiki.node.kubelet.runtime.PodPaths;
import kontiki.node.kubelet.runtime.RuntimeReader;
import kontiki.node.kubelet.runtime.SandboxSpec;
import kontiki.node.kubelet.volume.Volumes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all pods' threads share; its parts are thread-safe. */
record PodTools(
    KubeletConfig config,
    PodPaths paths,
    RuntimeReader reader,
    PodExecutor executor,
    Handlers handlers,
    ImagePulls pulls,
    Volumes volumes,
    LastWords lastWords,
    PodEvents events,
    PodStatusSink statuses,
    String runtimeName,
    Map<String, Quantity> nodeAllocatable,
    InstantSource clock) {
  private static final Logger LOG = LoggerFactory.getLogger(PodTools.class);
  private static final Path NODE_HOSTS = Path.of("/etc/hosts");

  static PodTools of(KubeletConfig config, PodParts parts) {
    PodPaths paths = new PodPaths(config.rootDir(), config.logDir());
    Handlers handlers = new Handlers(parts.runtime());
    PodExecutor executor =
        new PodExecutor(
            new PodExecutor.Tools(
                parts.runtime(),
                new SandboxSpec(config, paths, parts.resolver()),
                new ContainerSpec(
                    paths,
                    config.rootDir().resolve("seccomp"),
                    parts.objects(),
                    parts.nodeMemoryBytes()),
                parts.cgroups(),
                handlers,
                paths,
                parts.events(),
                parts.clock()));
    return new PodTools(
        config,
        paths,
        new RuntimeReader(parts.runtime()),
        executor,
        handlers,
        new ImagePulls(parts.runtime(), parts.events(), parts.credentials(), parts.clock()),
        new Volumes(paths, parts.objects(), parts.mounts()),
        new LastWords(paths),
        parts.events(),
        parts.statuses(),
        parts.runtime().version().getRuntimeName(),
        parts.nodeAllocatable(),
        parts.clock());
  }

  String hosts(Pod pod, List<String> podIps) throws IOException {
    String node = Files.isReadable(NODE_HOSTS) ? Files.readString(NODE_HOSTS) : "";
    return HostsFile.of(pod, podIps, node, config.clusterDomain());
  }

  /** Deletes a pod's log directory; what cannot be deleted is left and logged. */
  void removeLogs(ObjectMeta pod) {
    removeTree(paths.logs(pod));
  }

  static void removeTree(Path root) {
    try {
      if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
          entries.forEach(PodTools::removeTree);
        }
      }
      Files.deleteIfExists(root);
    } catch (IOException left) {
      LOG.warn("path={} event=not-deleted error={}", root, left.toString());
    }
  }
}
