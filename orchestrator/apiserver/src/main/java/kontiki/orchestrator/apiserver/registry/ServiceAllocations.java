package kontiki.orchestrator.apiserver.registry;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Timestamps;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.cache.StoreFeed;
import kontiki.orchestrator.apiserver.storage.Storage;
import kontiki.orchestrator.apiserver.storage.Storage.WriteResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cluster addresses and node ports of services. Each one in use is a key in the store, made by a
 * write that fails where the key exists: several API servers can never hand out the same one.
 * Addresses are IPAddress objects, as in Kubernetes since 1.33. What a crash leaves behind is
 * mended by {@link #repair} at the next start. Thread-safe.
 */
public final class ServiceAllocations {
  /** Random candidates tried before the range is searched from its beginning. */
  static final int RANDOM_ATTEMPTS = 64;

  static final String PORT_PREFIX = StoreFeed.ROOT + "ranges/servicenodeports/";

  private static final Logger LOG = LoggerFactory.getLogger(ServiceAllocations.class);

  private final Storage storage;
  private final AddressRange addresses;
  private final PortRange ports;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Node ports, both ends included. */
  public record PortRange(int first, int last) {
    public static final PortRange DEFAULT = new PortRange(30_000, 32_767);

    /**
     * @throws IllegalArgumentException where the text is no range of ports, with the reason
     */
    public static PortRange parse(String text) {
      try {
        int dash = text.indexOf('-');
        int first = Integer.parseInt(text.substring(0, Math.max(0, dash)));
        int last = Integer.parseInt(text.substring(dash + 1));
        if (first >= 1 && first <= last && last <= 65_535) {
          return new PortRange(first, last);
        }
      } catch (NumberFormatException e) {
        // Told below, like an empty range.
      }
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a range of ports such as 30000-32767");
    }

    @Override
    public String toString() {
      return first + "-" + last;
    }
  }

  public ServiceAllocations(
      Storage storage,
      AddressRange addresses,
      PortRange ports,
      InstantSource clock,
      RandomGenerator random) {
    this.storage = storage;
    this.addresses = addresses;
    this.ports = ports;
    this.clock = clock;
    this.random = random;
  }

  public AddressRange addresses() {
    return addresses;
  }

  public PortRange ports() {
    return ports;
  }

  /** Whether the address now belongs to the service; false where another has it. */
  boolean takeAddress(String address, String namespace, String service) {
    String key = addressKey(address);
    byte[] value = StoredForm.encode(addressObject(address, namespace, service));
    return switch (storage.create(key, value, Storage.FOREVER)) {
      case WriteResult.Written written -> true;
      case WriteResult.Conflict conflict -> false;
    };
  }

  /** A free address, or null where there is none left. */
  @Nullable String takeAnyAddress(String namespace, String service, boolean dryRun) {
    long from = addresses.base() + addresses.named();
    long to = addresses.base() + addresses.size() - 1;
    for (int i = 0; i < RANDOM_ATTEMPTS; i++) {
      String candidate = AddressRange.text(random.nextLong(from, to));
      if (dryRun || takeAddress(candidate, namespace, service)) {
        return candidate;
      }
    }
    for (long i = 1; i < addresses.size() - 1; i++) {
      String candidate = AddressRange.text(addresses.base() + i);
      if (takeAddress(candidate, namespace, service)) {
        return candidate;
      }
    }
    return null;
  }

  void giveAddress(String address) {
    remove(addressKey(address));
  }

  boolean takePort(int port, String protocol, String namespace, String service) {
    byte[] value = (namespace + "/" + service).getBytes(StandardCharsets.UTF_8);
    return switch (storage.create(portKey(port, protocol), value, Storage.FOREVER)) {
      case WriteResult.Written written -> true;
      case WriteResult.Conflict conflict -> false;
    };
  }

  /** A free port, or -1 where there is none left. */
  int takeAnyPort(String protocol, String namespace, String service, boolean dryRun) {
    for (int i = 0; i < RANDOM_ATTEMPTS; i++) {
      int candidate = random.nextInt(ports.first(), ports.last() + 1);
      if (dryRun || takePort(candidate, protocol, namespace, service)) {
        return candidate;
      }
    }
    for (int candidate = ports.first(); candidate <= ports.last(); candidate++) {
      if (takePort(candidate, protocol, namespace, service)) {
        return candidate;
      }
    }
    return -1;
  }

  void givePort(int port, String protocol) {
    remove(portKey(port, protocol));
  }

  /**
   * Makes the keys fit the services: what a service has is reserved, what none has is free again.
   *
   * @param services all services
   */
  public void repair(Iterable<CachedObject> services) {
    Set<String> used = new HashSet<>();
    for (CachedObject each : services) {
      JsonObject spec = each.tree().ensureObject("spec");
      for (String address : spec.strings("clusterIPs")) {
        if (AddressRange.address(address) >= 0) {
          used.add(addressKey(address));
          takeAddress(address, each.namespace(), each.name());
        }
      }
      for (JsonObject port : spec.objects("ports")) {
        int number = (int) port.integer("nodePort", 0);
        if (number > 0) {
          String protocol = port.string("protocol", "TCP");
          used.add(portKey(number, protocol));
          takePort(number, protocol, each.namespace(), each.name());
        }
      }
    }
    removeUnused(prefix(), used);
    removeUnused(PORT_PREFIX, used);
  }

  private void removeUnused(String prefix, Set<String> used) {
    for (Storage.Entry entry : storage.list(prefix, "", 0, 0).entries()) {
      if (!used.contains(entry.key())) {
        LOG.info("freed an allocation that no service has key={}", entry.key());
        storage.delete(entry.key(), entry.revision());
      }
    }
  }

  private void remove(String key) {
    Storage.Entry entry = storage.get(key).entry();
    if (entry != null) {
      storage.delete(key, entry.revision());
    }
  }

  private static String prefix() {
    return StoredResource.prefixOf("networking.k8s.io", "ipaddresses");
  }

  private static String addressKey(String address) {
    return prefix() + address;
  }

  private static String portKey(int port, String protocol) {
    return PORT_PREFIX + port + "-" + protocol;
  }

  private JsonObject addressObject(String address, String namespace, String service) {
    JsonObject labels =
        JsonObject.of(
            "ipaddress.kubernetes.io/ip-family", "IPv4",
            "ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");
    JsonObject metadata =
        JsonObject.of(
            "name",
            address,
            "uid",
            UUID.randomUUID().toString(),
            "creationTimestamp",
            Timestamps.seconds(clock.instant()),
            "labels",
            labels);
    JsonObject parent =
        JsonObject.of("resource", "services", "namespace", namespace, "name", service);
    return JsonObject.of(
        "kind",
        "IPAddress",
        "apiVersion",
        "networking.k8s.io/v1",
        "metadata",
        metadata,
        "spec",
        JsonObject.of("parentRef", parent));
  }
}
