package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.FieldError;
import org.jspecify.annotations.Nullable;

/** Services: they get a cluster address and node ports, keep them, and give them back. */
public final class ServiceStrategy implements Strategy {
  private static final String NONE = "None";

  private final ServiceAllocations allocations;

  public ServiceStrategy(ServiceAllocations allocations) {
    this.allocations = allocations;
  }

  private static boolean wantsAddress(JsonObject spec) {
    return !spec.string("type", "").equals("ExternalName")
        && !spec.string("clusterIP", "").equals(NONE);
  }

  private static boolean wantsPorts(JsonObject spec) {
    String type = spec.string("type", "");
    return type.equals("NodePort")
        || (type.equals("LoadBalancer")
            && !Boolean.FALSE.equals(spec.get("allocateLoadBalancerNodePorts")));
  }

  @Override
  public void prepareForCreate(JsonObject service, java.time.Instant now) {
    service.put("status", JsonObject.of("loadBalancer", new JsonObject()));
    prepareAddress(service.ensureObject("spec"));
  }

  private static void prepareAddress(JsonObject spec) {
    List<String> all = spec.strings("clusterIPs");
    if (spec.string("clusterIP", "").isEmpty() && !all.isEmpty()) {
      spec.put("clusterIP", all.getFirst());
    }
    if (spec.string("type", "").equals("ExternalName")) {
      for (String key : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
        spec.remove(key);
      }
    }
  }

  /** What is not given again is kept. */
  @Override
  public void prepareForUpdate(JsonObject service, JsonObject old) {
    JsonObject spec = service.ensureObject("spec");
    JsonObject before = old.ensureObject("spec");
    prepareAddress(spec);
    boolean keepsAddress = wantsAddress(spec) && wantsAddress(before);
    if (keepsAddress && spec.string("clusterIP", "").isEmpty()) {
      for (String key : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
        if (before.has(key)) {
          spec.put(key, JsonObject.deepCopyOf(before.get(key)));
        }
      }
    }
    if (wantsPorts(spec)) {
      keepPorts(spec, before);
    } else {
      spec.objects("ports").forEach(port -> dropCarriedPort(port, before));
    }
  }

  private static void keepPorts(JsonObject spec, JsonObject before) {
    Set<Long> taken = new HashSet<>();
    spec.objects("ports").forEach(port -> taken.add(port.integer("nodePort", 0)));
    for (JsonObject port : spec.objects("ports")) {
      JsonObject same = samePort(port, before);
      if (port.integer("nodePort", 0) == 0 && same != null) {
        long number = same.integer("nodePort", 0);
        if (number > 0 && taken.add(number)) {
          port.put("nodePort", number);
        }
      }
    }
  }

  /** A port that an earlier type brought along goes with the type. */
  private static void dropCarriedPort(JsonObject port, JsonObject before) {
    JsonObject same = samePort(port, before);
    if (same != null && Objects.equals(same.get("nodePort"), port.get("nodePort"))) {
      port.remove("nodePort");
    }
  }

  private static @Nullable JsonObject samePort(JsonObject port, JsonObject spec) {
    for (JsonObject other : spec.objects("ports")) {
      if (other.integer("port", 0) == port.integer("port", 0)
          && other.string("protocol", "TCP").equals(port.string("protocol", "TCP"))) {
        return other;
      }
    }
    return null;
  }

  @Override
  public List<FieldError> validate(JsonObject service) {
    return ServiceValidation.validate(service, allocations);
  }

  @Override
  public List<FieldError> validateUpdate(JsonObject service, JsonObject old) {
    List<FieldError> errors = new ArrayList<>(validate(service));
    JsonObject spec = service.ensureObject("spec");
    JsonObject before = old.ensureObject("spec");
    String address = spec.string("clusterIP", "");
    String known = before.string("clusterIP", "");
    boolean bothHave = !known.isEmpty() && !spec.string("type", "").equals("ExternalName");
    if (bothHave && !address.equals(known)) {
      errors.add(
          FieldError.invalid(
              "spec.clusterIPs[0]", JsonArray.of(address), "may not change once set"));
    }
    return errors;
  }

  @Override
  public Runnable claim(JsonObject service, @Nullable JsonObject old, boolean dryRun) {
    JsonObject spec = service.ensureObject("spec");
    JsonObject before = old == null ? new JsonObject() : old.ensureObject("spec");
    List<Runnable> undo = new ArrayList<>();
    Runnable undoAll = () -> undo.forEach(Runnable::run);
    try {
      claimAddress(service, spec, before, dryRun, undo);
      if (wantsPorts(spec)) {
        claimPorts(service, spec, before, dryRun, undo);
      }
      return undoAll;
    } catch (RuntimeException e) {
      undoAll.run();
      throw e;
    }
  }

  private void claimAddress(
      JsonObject service, JsonObject spec, JsonObject before, boolean dryRun, List<Runnable> undo) {
    if (spec.string("type", "").equals("ExternalName")) {
      return;
    }
    String wanted = spec.string("clusterIP", "");
    if (wanted.isEmpty()) {
      String given =
          allocations.takeAnyAddress(
              ObjectMeta.namespace(service), ObjectMeta.name(service), dryRun);
      if (given == null) {
        throw Failures.internal("no address is left in the range " + allocations.addresses());
      }
      wanted = given;
      if (!dryRun) {
        undo.add(() -> allocations.giveAddress(given));
      }
    } else if (!wanted.equals(NONE) && !wanted.equals(before.string("clusterIP", "")) && !dryRun) {
      String asked = wanted;
      if (!allocations.takeAddress(
          asked, ObjectMeta.namespace(service), ObjectMeta.name(service))) {
        throw invalid(
            service,
            FieldError.invalid(
                "spec.clusterIPs",
                JsonArray.of(asked),
                "failed to allocate IP " + asked + ": provided IP is already allocated"));
      }
      undo.add(() -> allocations.giveAddress(asked));
    }
    spec.put("clusterIP", wanted);
    spec.put("clusterIPs", JsonArray.of(wanted));
    if (spec.strings("ipFamilies").isEmpty()) {
      spec.put("ipFamilies", JsonArray.of("IPv4"));
    }
    if (spec.string("ipFamilyPolicy", "").isEmpty()) {
      spec.put("ipFamilyPolicy", "SingleStack");
    }
  }

  private void claimPorts(
      JsonObject service, JsonObject spec, JsonObject before, boolean dryRun, List<Runnable> undo) {
    String namespace = ObjectMeta.namespace(service);
    String name = ObjectMeta.name(service);
    Set<String> own = portsOf(before);
    int index = 0;
    for (JsonObject port : spec.objects("ports")) {
      String protocol = port.string("protocol", "TCP");
      int wanted = (int) port.integer("nodePort", 0);
      if (wanted == 0) {
        int given = allocations.takeAnyPort(protocol, namespace, name, dryRun);
        if (given < 0) {
          throw Failures.internal("no port is left in the range " + allocations.ports());
        }
        port.put("nodePort", (long) given);
        if (!dryRun) {
          undo.add(() -> allocations.givePort(given, protocol));
        }
      } else if (!own.contains(wanted + "-" + protocol) && !dryRun) {
        if (!allocations.takePort(wanted, protocol, namespace, name)) {
          throw invalid(
              service,
              FieldError.invalid(
                  "spec.ports[" + index + "].nodePort",
                  (long) wanted,
                  "provided port is already allocated"));
        }
        undo.add(() -> allocations.givePort(wanted, protocol));
      }
      index++;
    }
  }

  private static Set<String> portsOf(JsonObject spec) {
    Set<String> ports = new HashSet<>();
    for (JsonObject port : spec.objects("ports")) {
      long number = port.integer("nodePort", 0);
      if (number > 0) {
        ports.add(number + "-" + port.string("protocol", "TCP"));
      }
    }
    return ports;
  }

  private static kontiki.orchestrator.apiserver.status.StatusException invalid(
      JsonObject service, FieldError error) {
    return Failures.invalid("", "Service", ObjectMeta.name(service), List.of(error));
  }

  @Override
  public void release(@Nullable JsonObject service, JsonObject old) {
    JsonObject spec = service == null ? new JsonObject() : service.ensureObject("spec");
    JsonObject before = old.ensureObject("spec");
    String address = before.string("clusterIP", "");
    if (AddressRange.address(address) >= 0 && !address.equals(spec.string("clusterIP", ""))) {
      allocations.giveAddress(address);
    }
    Set<String> kept = portsOf(spec);
    for (String port : portsOf(before)) {
      if (!kept.contains(port)) {
        int dash = port.indexOf('-');
        allocations.givePort(Integer.parseInt(port.substring(0, dash)), port.substring(dash + 1));
      }
    }
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }
}
