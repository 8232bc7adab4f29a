package kontiki.node.proxy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import kontiki.node.proxy.ProxyLoop.Executors;
import kontiki.node.proxy.ProxyLoop.Ranges;
import kontiki.node.proxy.ProxyLoop.Wake;
import kontiki.node.proxy.network.PodNetwork;
import kontiki.node.proxy.network.PodNetworkPlan;
import kontiki.node.proxy.program.Program;
import kontiki.node.proxy.rules.NftablesTable;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.Health;
import kontiki.orchestrator.client.HealthFlags;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.KubeConfig;
import kontiki.orchestrator.client.ResourceHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the proxy of a node in the network namespace that it was started in. */
@Command(
    name = "proxy",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Service rules and pod network of one node.",
      "Writes nftables rules, routes to the other nodes' pods, and the CNI configuration."
    },
    footer = {
      "",
      "Example (as root, in the node's network namespace):",
      "  nsenter --net=/run/netns/kn1 kontiki proxy --kubeconfig proxy.conf --node-name kn1 \\",
      "    --node-ip 10.200.0.11 --cni-conf-dir /var/lib/kontiki/nodes/kn1/cni \\",
      "    --cni-data-dir /var/lib/kontiki/nodes/kn1/ipam"
    })
public final class ProxyCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(ProxyCommand.class);
  private static final List<String> NFT = List.of("nft");
  private static final List<String> IP = List.of("ip");
  private static final Duration SYNC_REPORT = Duration.ofSeconds(10);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--kubeconfig",
      required = true,
      paramLabel = "FILE",
      description = "How to reach the API server.")
  private Path kubeconfig = Path.of("");

  @Option(
      names = "--node-name",
      required = true,
      paramLabel = "NAME",
      description = "The node's name in the API.")
  private String nodeName = "";

  @Option(
      names = "--node-ip",
      required = true,
      paramLabel = "ADDRESS",
      description = "The node's own address.")
  private String nodeIp = "";

  @Option(
      names = "--proxy-mode",
      defaultValue = "nftables",
      paramLabel = "MODE",
      description = "How rules are made: nftables.")
  private String mode = "";

  @Option(
      names = "--cluster-cidr",
      defaultValue = "10.244.0.0/16",
      paramLabel = "CIDR",
      description = "The range of all pods.")
  private String clusterCidr = "";

  @Option(
      names = "--service-cluster-ip-range",
      defaultValue = "10.96.0.0/16",
      paramLabel = "CIDR",
      description = "The range of services' addresses.")
  private String serviceRange = "";

  @Option(
      names = "--cni-conf-dir",
      defaultValue = "/etc/cni/net.d",
      paramLabel = "DIR",
      description = "Where the container engine reads CNI configurations.")
  private Path cniConfiguration = Path.of("");

  @Option(
      names = "--cni-data-dir",
      defaultValue = "/var/lib/cni/networks",
      paramLabel = "DIR",
      description = "Where host-local keeps its addresses.")
  private Path cniData = Path.of("");

  @Mixin private HealthFlags healthFlags = new HealthFlags();

  @Option(names = "--cleanup", description = "Remove the rules that an earlier run left, and end.")
  private boolean cleanup;

  @Override
  public Integer call() throws IOException, InterruptedException {
    checkMode();
    if (cleanup) {
      new NftablesTable(NFT).remove();
      return 0;
    }
    checkAddress();
    try (ApiClient api = ApiClient.connect(KubeConfig.load(kubeconfig))) {
      follow(api);
    }
    return 0;
  }

  private void checkMode() {
    switch (mode) {
      case "nftables" -> {}
      case "iptables", "userspace", "ipvs", "kernelspace" ->
          throw new ParameterException(
              spec.commandLine(),
              "--proxy-mode=" + mode + " is not part of this version; use --proxy-mode=nftables");
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "there is no proxy mode '" + mode + "'; use --proxy-mode=nftables");
    }
  }

  /** The rules belong where the node's address is; anywhere else they would do harm. */
  private void checkAddress() throws IOException {
    if (Program.run("ip", "-o", "addr", "show", "to", nodeIp).isBlank()) {
      throw new IOException(
          "no interface here has the address "
              + nodeIp
              + ": start the proxy in the network namespace of the node, with its address");
    }
  }

  private void follow(ApiClient api) throws IOException, InterruptedException {
    Wake wake = new Wake();
    try (Informer<Service> services = informer(api, Service.class, wake);
        Informer<EndpointSlice> slices = informer(api, EndpointSlice.class, wake);
        Informer<Node> nodes = informer(api, Node.class, wake)) {
      ProxyLoop loop =
          new ProxyLoop(
              () ->
                  ClusterView.servicePorts(
                      services.store().list(), slices.store().list(), nodeName),
              () -> PodNetworkPlan.of(ClusterView.nodes(nodes.store().list()), nodeName),
              new Ranges(clusterCidr, serviceRange),
              new Executors(new NftablesTable(NFT), new PodNetwork(IP, cniConfiguration, cniData)),
              wake);
      List<Informer<?>> informers = List.of(services, slices, nodes);
      // It runs as long as the process.
      healthFlags.serve(health(informers, loop));
      for (Informer<?> informer : informers) {
        awaitSync(informer);
      }
      LOG.info("proxy runs: node={} mode={}", nodeName, mode);
      loop.run();
    }
  }

  private static Health health(List<Informer<?>> informers, ProxyLoop loop) {
    return new Health()
        .live("loop", loop::stuck)
        .ready(
            "informer-sync",
            () ->
                informers.stream()
                    .filter(informer -> !informer.hasSynced())
                    .findFirst()
                    .map(informer -> "waiting for " + informer.name()))
        .ready("rules", loop::behind);
  }

  private static <T extends HasMetadata> Informer<T> informer(
      ApiClient api, Class<T> type, Wake wake) {
    return Informer.of(api.resource(type))
        .handler(ResourceHandler.each(object -> wake.changed()))
        .start();
  }

  private static void awaitSync(Informer<?> informer) throws InterruptedException {
    while (!informer.awaitSync(SYNC_REPORT)) {
      LOG.warn("still waiting for the API server");
    }
  }
}
