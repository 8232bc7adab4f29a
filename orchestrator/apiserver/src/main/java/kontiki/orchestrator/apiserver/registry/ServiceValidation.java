package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Names;
import kontiki.orchestrator.apiserver.status.FieldError;

/** What must hold for services (kubernetes, pkg/apis/core/validation). Pure. */
final class ServiceValidation {
  private static final List<String> TYPES =
      List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");

  private ServiceValidation() {}

  static List<FieldError> validate(JsonObject service, ServiceAllocations allocations) {
    List<FieldError> errors = new ArrayList<>();
    JsonObject spec = service.ensureObject("spec");
    PodValidation.oneOf(spec, "type", "spec", TYPES, errors);
    PodValidation.oneOf(spec, "sessionAffinity", "spec", List.of("ClientIP", "None"), errors);
    String address = spec.string("clusterIP", "");
    boolean headless = address.equals("None");
    boolean external = spec.string("type", "").equals("ExternalName");
    if (spec.objects("ports").isEmpty() && !headless && !external) {
      errors.add(FieldError.required("spec.ports", ""));
    }
    if (external && spec.string("externalName", "").isEmpty()) {
      errors.add(FieldError.required("spec.externalName", ""));
    }
    if (!address.isEmpty() && !headless) {
      address(address, allocations.addresses(), errors);
    }
    JsonObject selector = spec.object("selector");
    if (selector != null) {
      MetadataValidation.labels("spec.selector", selector, errors);
    }
    ports(spec, allocations.ports(), errors);
    return errors;
  }

  private static void address(String address, AddressRange range, List<FieldError> errors) {
    long number = AddressRange.address(address);
    if (number < 0) {
      errors.add(
          FieldError.invalid(
              "spec.clusterIPs[0]", address, "must be a valid IP address, (e.g. 10.9.8.7)"));
    } else if (!range.offers(number)) {
      errors.add(
          FieldError.invalid(
              "spec.clusterIPs",
              JsonArray.of(address),
              "failed to allocate IP "
                  + address
                  + ": the provided IP is not in the valid range. The range of valid IPs is "
                  + range));
    }
  }

  private static void ports(
      JsonObject spec, ServiceAllocations.PortRange nodePorts, List<FieldError> errors) {
    List<JsonObject> ports = spec.objects("ports");
    Set<String> names = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      JsonObject port = ports.get(i);
      String at = "spec.ports[" + i + "]";
      String name = port.string("name", "");
      if (name.isEmpty() && ports.size() > 1) {
        errors.add(FieldError.required(at + ".name", ""));
      } else if (!name.isEmpty()) {
        MetadataValidation.add(errors, at + ".name", name, Names.dnsLabel(name));
        if (!names.add(name)) {
          errors.add(FieldError.duplicate(at + ".name", name));
        }
      }
      long number = port.integer("port", 0);
      for (String problem : Names.portNumber(number)) {
        errors.add(FieldError.invalid(at + ".port", number, problem));
      }
      PodValidation.oneOf(port, "protocol", at, List.of("SCTP", "TCP", "UDP"), errors);
      if (!numbers.add(number + "/" + port.string("protocol", ""))) {
        errors.add(FieldError.duplicate(at, port));
      }
      long nodePort = port.integer("nodePort", 0);
      if (nodePort != 0 && (nodePort < nodePorts.first() || nodePort > nodePorts.last())) {
        errors.add(
            FieldError.invalid(
                at + ".nodePort",
                nodePort,
                "provided port is not in the valid range. The range of valid ports is "
                    + nodePorts));
      }
    }
  }
}
