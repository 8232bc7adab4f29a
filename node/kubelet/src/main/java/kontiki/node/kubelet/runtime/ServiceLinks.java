package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The variables that tell a container of services (docs: "Discovering services"). */
final class ServiceLinks {
  private ServiceLinks() {}

  static Map<String, String> of(List<Service> services) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Service service : services) {
      String ip = service.getSpec().getClusterIP();
      if (ip == null || ip.isEmpty() || ip.equals("None") || service.getSpec().getPorts() == null) {
        continue;
      }
      String prefix = variable(service.getMetadata().getName());
      List<ServicePort> ports = service.getSpec().getPorts();
      variables.put(prefix + "_SERVICE_HOST", ip);
      if (ports.isEmpty()) {
        continue;
      }
      variables.put(prefix + "_SERVICE_PORT", ports.getFirst().getPort().toString());
      for (ServicePort port : ports) {
        if (port.getName() != null && !port.getName().isEmpty()) {
          variables.put(
              prefix + "_SERVICE_PORT_" + variable(port.getName()), port.getPort().toString());
        }
      }
      variables.put(prefix + "_PORT", address(ip, ports.getFirst()));
      for (ServicePort port : ports) {
        String protocol = protocol(port);
        String one = prefix + "_PORT_" + port.getPort() + "_" + protocol.toUpperCase(Locale.ROOT);
        variables.put(one, address(ip, port));
        variables.put(one + "_PROTO", protocol);
        variables.put(one + "_PORT", port.getPort().toString());
        variables.put(one + "_ADDR", ip);
      }
    }
    return variables;
  }

  private static String address(String ip, ServicePort port) {
    String host = ip.contains(":") ? "[" + ip + "]" : ip;
    return protocol(port) + "://" + host + ":" + port.getPort();
  }

  private static String protocol(ServicePort port) {
    return Objects.requireNonNullElse(port.getProtocol(), "TCP").toLowerCase(Locale.ROOT);
  }

  private static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
