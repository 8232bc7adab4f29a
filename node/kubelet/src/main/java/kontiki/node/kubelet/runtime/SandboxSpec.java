package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kontiki.node.cri.pb.DNSConfig;
import kontiki.node.cri.pb.LinuxPodSandboxConfig;
import kontiki.node.cri.pb.PodSandboxConfig;
import kontiki.node.cri.pb.PodSandboxMetadata;
import kontiki.node.cri.pb.PortMapping;
import kontiki.node.cri.pb.Protocol;
import kontiki.node.kubelet.KubeletConfig;

/** Makes the configuration of a pod's sandbox. */
public final class SandboxSpec {
  /** A host name is a DNS label. */
  private static final int MAX_HOSTNAME = 63;

  /** What resolvers take (resolv.conf(5)). */
  private static final int MAX_NAMESERVERS = 3;

  private static final int MAX_SEARCHES = 32;

  private final KubeletConfig config;
  private final PodPaths paths;
  private final NodeResolver nodeResolver;

  /** The node's own resolver settings, for pods that use them. */
  public interface NodeResolver {
    DNSConfig read();
  }

  public SandboxSpec(KubeletConfig config, PodPaths paths, NodeResolver nodeResolver) {
    this.config = config;
    this.paths = paths;
    this.nodeResolver = nodeResolver;
  }

  /** The configuration; the same pod and attempt always give the same. */
  public PodSandboxConfig of(Pod pod, int attempt) {
    PodSpec spec = pod.getSpec();
    boolean hostNetwork = Boolean.TRUE.equals(spec.getHostNetwork());
    String uid = pod.getMetadata().getUid();
    PodSandboxConfig.Builder sandbox =
        PodSandboxConfig.newBuilder()
            .setMetadata(
                PodSandboxMetadata.newBuilder()
                    .setName(pod.getMetadata().getName())
                    .setNamespace(pod.getMetadata().getNamespace())
                    .setUid(uid)
                    .setAttempt(attempt))
            // In the node's network a host name would need a UTS namespace of its own: runc
            // refuses.
            .setHostname(hostNetwork ? "" : hostname(pod))
            .setLogDirectory(paths.logs(pod.getMetadata()).toString())
            .setDnsConfig(dns(pod))
            .putAllLabels(Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of()))
            .putLabels(Labels.POD_NAME, pod.getMetadata().getName())
            .putLabels(Labels.POD_NAMESPACE, pod.getMetadata().getNamespace())
            .putLabels(Labels.POD_UID, uid)
            .putAllAnnotations(
                Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of()))
            .putAnnotations(Labels.HOST_NETWORK, Boolean.toString(hostNetwork))
            .setLinux(
                LinuxPodSandboxConfig.newBuilder()
                    .setCgroupParent(cgroupParent(pod))
                    .setSecurityContext(SecurityContexts.ofSandbox(spec))
                    .putAllSysctls(SecurityContexts.sysctls(spec)));
    if (!hostNetwork) {
      sandbox.addAllPortMappings(ports(spec));
    }
    return sandbox.build();
  }

  /** The cgroup of a pod, below the cgroup root. */
  public String cgroupParent(Pod pod) {
    return cgroupParent(PodResources.qos(pod.getSpec()), pod.getMetadata().getUid());
  }

  /** The cgroup that a pod of this class has. */
  public String cgroupParent(PodResources.Qos qos, String uid) {
    String root = config.cgroupRoot().equals("/") ? "" : config.cgroupRoot();
    return root + "/kubepods" + qos.cgroup() + "/pod" + uid;
  }

  /** The host name inside the pod: the spec's, or the pod's name cut to a label's length. */
  public static String hostname(Pod pod) {
    String asked = pod.getSpec().getHostname();
    String name = asked == null || asked.isEmpty() ? pod.getMetadata().getName() : asked;
    if (name.length() > MAX_HOSTNAME) {
      name = name.substring(0, MAX_HOSTNAME);
    }
    return name.replaceAll("[-.]+$", "");
  }

  /** The resolver settings by DNS policy (docs: "DNS for Services and Pods"). */
  DNSConfig dns(Pod pod) {
    PodSpec spec = pod.getSpec();
    String policy = Objects.requireNonNullElse(spec.getDnsPolicy(), "ClusterFirst");
    boolean hostNetwork = Boolean.TRUE.equals(spec.getHostNetwork());
    boolean cluster =
        policy.equals("ClusterFirstWithHostNet") || policy.equals("ClusterFirst") && !hostNetwork;
    DNSConfig node = policy.equals("None") ? DNSConfig.getDefaultInstance() : nodeResolver.read();
    List<String> servers = new ArrayList<>();
    Set<String> searches = new LinkedHashSet<>();
    List<String> options = new ArrayList<>();
    if (cluster && !config.clusterDns().isEmpty()) {
      servers.addAll(config.clusterDns());
      String domain = config.clusterDomain();
      searches.add(pod.getMetadata().getNamespace() + ".svc." + domain);
      searches.add("svc." + domain);
      searches.add(domain);
      searches.addAll(node.getSearchesList());
      options.add("ndots:5");
    } else {
      servers.addAll(node.getServersList());
      searches.addAll(node.getSearchesList());
      options.addAll(node.getOptionsList());
    }
    PodDNSConfig own = spec.getDnsConfig();
    if (own != null) {
      servers.addAll(Objects.requireNonNullElse(own.getNameservers(), List.of()));
      searches.addAll(Objects.requireNonNullElse(own.getSearches(), List.of()));
      Objects.requireNonNullElse(
              own.getOptions(), List.<io.fabric8.kubernetes.api.model.PodDNSConfigOption>of())
          .forEach(option -> {
            options.removeIf(other ->
                other.equals(option.getName()) || other.startsWith(option.getName() + ":"));
            options.add(
                option.getValue() == null
                    ? option.getName()
                    : option.getName() + ":" + option.getValue());
          });
    }
    return DNSConfig.newBuilder()
        .addAllServers(servers.stream().distinct().limit(MAX_NAMESERVERS).toList())
        .addAllSearches(searches.stream().limit(MAX_SEARCHES).toList())
        .addAllOptions(options)
        .build();
  }

  private static List<PortMapping> ports(PodSpec spec) {
    List<PortMapping> mappings = new ArrayList<>();
    for (Container container : spec.getContainers()) {
      if (container.getPorts() == null) {
        continue;
      }
      for (ContainerPort port : container.getPorts()) {
        if (port.getHostPort() != null && port.getHostPort() > 0) {
          mappings.add(
              PortMapping.newBuilder()
                  .setProtocol(protocol(port.getProtocol()))
                  .setContainerPort(port.getContainerPort())
                  .setHostPort(port.getHostPort())
                  .setHostIp(Objects.requireNonNullElse(port.getHostIP(), ""))
                  .build());
        }
      }
    }
    return mappings;
  }

  private static Protocol protocol(String name) {
    return switch (name) {
      case "UDP" -> Protocol.UDP;
      case "SCTP" -> Protocol.SCTP;
      case null, default -> Protocol.TCP;
    };
  }
}
