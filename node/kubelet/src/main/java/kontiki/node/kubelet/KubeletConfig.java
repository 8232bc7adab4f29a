package kontiki.node.kubelet;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What one kubelet is told, checked once.
 *
 * @param nodeName the name under which the node is registered
 * @param nodeIp the node's address; pods in the node's network have it
 * @param rootDir holds the pods' volumes and files
 * @param logDir holds the pods' logs, {@code NAMESPACE_NAME_UID/CONTAINER/N.log}
 * @param port of the kubelet's own server
 * @param clusterDns name servers of pods with the policy ClusterFirst
 * @param clusterDomain such as {@code cluster.local}
 * @param pauseImage is never collected
 * @param cgroupRoot the cgroup under which {@code kubepods} is made; starts with a slash
 */
public record KubeletConfig(
    String nodeName,
    String nodeIp,
    Path rootDir,
    Path logDir,
    int port,
    List<String> clusterDns,
    String clusterDomain,
    String pauseImage,
    String cgroupRoot) {
  /** How many pods the node takes. */
  public static final int MAX_PODS = 110;

  /** How often the engine's containers are listed to notice changes. */
  public static final Duration RELIST = Duration.ofSeconds(1);

  /** How often each pod is looked at even if nothing happened. */
  public static final Duration RESYNC = Duration.ofSeconds(30);

  /** How often the node's lease is renewed; it lasts four times as long. */
  public static final Duration LEASE_RENEWAL = Duration.ofSeconds(10);

  /** How often an unchanged node status is sent. */
  public static final Duration STATUS_HEARTBEAT = Duration.ofMinutes(5);

  public KubeletConfig {
    clusterDns = List.copyOf(clusterDns);
    if (!rootDir.isAbsolute() || !logDir.isAbsolute()) {
      throw new IllegalArgumentException(
          "the kubelet's directories must be absolute paths: " + rootDir + ", " + logDir);
    }
    if (!cgroupRoot.startsWith("/")) {
      throw new IllegalArgumentException(
          "cgroup root \"" + cgroupRoot + "\" must start with a slash");
    }
  }
}
