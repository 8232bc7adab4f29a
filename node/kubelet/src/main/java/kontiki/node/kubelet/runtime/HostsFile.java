package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Objects;

/** The pod's own /etc/hosts. */
public final class HostsFile {
  private HostsFile() {}

  /**
   * The text.
   *
   * @param nodeHosts the node's own file, which a pod in the node's network starts from
   */
  public static String of(Pod pod, List<String> podIps, String nodeHosts, String clusterDomain) {
    StringBuilder text = new StringBuilder("# Kubernetes-managed hosts file");
    if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
      text.append(" (host network).\n").append(nodeHosts);
    } else {
      text.append(
          """
          .
          127.0.0.1\tlocalhost
          ::1\tlocalhost ip6-localhost ip6-loopback
          fe00::0\tip6-localnet
          fe00::0\tip6-mcastprefix
          fe00::1\tip6-allnodes
          fe00::2\tip6-allrouters
          """);
      String hostname = SandboxSpec.hostname(pod);
      String subdomain = pod.getSpec().getSubdomain();
      for (String ip : podIps) {
        text.append(ip).append('\t');
        if (subdomain != null && !subdomain.isEmpty()) {
          text.append(
              "%s.%s.%s.svc.%s\t"
                  .formatted(hostname, subdomain, pod.getMetadata().getNamespace(), clusterDomain));
        }
        text.append(hostname).append('\n');
      }
    }
    List<HostAlias> aliases = Objects.requireNonNullElse(pod.getSpec().getHostAliases(), List.of());
    if (!aliases.isEmpty()) {
      text.append("\n# Entries added by HostAliases.\n");
      for (HostAlias alias : aliases) {
        text.append(alias.getIp())
            .append('\t')
            .append(String.join("\t", alias.getHostnames()))
            .append('\n');
      }
    }
    return text.toString();
  }
}
