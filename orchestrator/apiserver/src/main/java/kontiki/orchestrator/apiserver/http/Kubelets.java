package kontiki.orchestrator.apiserver.http;

import java.net.URI;
import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.pki.transport.HttpsClient;
import org.jspecify.annotations.Nullable;

/** Where kubelets are, and the one client with which they are reached. Thread-safe. */
final class Kubelets {
  private static final long PORT_DEFAULT = 10_250;

  /** As {@code --kubelet-preferred-address-types} has it here: what the certificates name. */
  private static final List<String> ADDRESS_TYPES = List.of("InternalIP", "ExternalIP", "Hostname");

  private final ResourceRegistry registry;
  private final @Nullable HttpsClient client;

  /**
   * @param client null where the server was not given a certificate for kubelets
   */
  Kubelets(ResourceRegistry registry, @Nullable HttpsClient client) {
    this.registry = registry;
    this.client = client;
  }

  HttpsClient client() {
    HttpsClient given = client;
    if (given == null) {
      throw Failures.internal(
          "this API server has no certificate for kubelets: start it with"
              + " --kubelet-client-certificate, --kubelet-client-key and"
              + " --kubelet-certificate-authority");
    }
    return given;
  }

  /** The address of a path of a node's kubelet. */
  URI address(String node, String pathAndQuery) {
    StoredResource nodes = registry.resource("nodes");
    CachedObject cached = nodes.cache().get(nodes.key("", node));
    if (cached == null) {
      throw Failures.notFound("", "nodes", node);
    }
    JsonObject tree = cached.tree();
    Long port = tree.integerAt("status", "daemonEndpoints", "kubeletEndpoint", "Port");
    String host = host(tree);
    if (host.isEmpty()) {
      throw Failures.internal("no preferred addresses found; known addresses: []");
    }
    return URI.create(
        "https://" + host + ":" + (port == null || port == 0 ? PORT_DEFAULT : port) + pathAndQuery);
  }

  private static String host(JsonObject node) {
    JsonObject status = node.ensureObject("status");
    for (String type : ADDRESS_TYPES) {
      for (JsonObject address : status.objects("addresses")) {
        if (address.string("type", "").equals(type)) {
          return address.string("address", "");
        }
      }
    }
    return "";
  }
}
