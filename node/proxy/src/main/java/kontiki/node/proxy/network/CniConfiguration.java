package kontiki.node.proxy.network;

import java.nio.file.Path;

/**
 * The CNI configuration of a node: a bridge with addresses from host-local, then portmap for host
 * ports. Masquerading is not the plugin's business: the proxy's rules do it.
 */
final class CniConfiguration {

  private CniConfiguration() {}

  /**
   * The text of the configuration list.
   *
   * @param podRange CIDR of the node's pods
   * @param dataFolder of the node's own: plugins of different nodes never share one
   */
  static String text(String podRange, Path dataFolder) {
    if (!podRange.matches("[0-9a-fA-F.:]+/\\d+")) {
      throw new IllegalArgumentException("not a CIDR: " + podRange);
    }
    return """
    {
      "cniVersion": "0.4.0",
      "name": "kontiki",
      "plugins": [
        {
          "type": "bridge",
          "bridge": "cni0",
          "isGateway": true,
          "isDefaultGateway": true,
          "hairpinMode": true,
          "ipMasq": false,
          "ipam": {
            "type": "host-local",
            "dataDir": "%s",
            "ranges": [[{ "subnet": "%s" }]]
          }
        },
        {
          "type": "portmap",
          "capabilities": { "portMappings": true },
          "snat": true
        }
      ]
    }
    """
        .formatted(quoted(dataFolder), podRange);
  }

  private static String quoted(Path path) {
    return path.toString().replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
