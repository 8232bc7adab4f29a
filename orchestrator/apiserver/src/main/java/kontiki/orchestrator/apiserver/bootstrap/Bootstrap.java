package kontiki.orchestrator.apiserver.bootstrap;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.authorization.BootstrapPolicy;
import kontiki.orchestrator.apiserver.authorization.Rule;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.ObjectMeta;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.registry.ServiceAllocations;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.status.StatusException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what must exist from the start: the system's namespaces, priority classes, roles and
 * bindings, the service kubernetes and its endpoints. What is there already is kept; roles get the
 * rules and bindings the subjects that they lack, as long as nobody has turned that off. Several
 * API servers may do this at once.
 */
public final class Bootstrap {
  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);

  private static final String AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";
  private static final List<String> NAMESPACES =
      List.of("default", "kube-node-lease", "kube-public", "kube-system");
  private static final long CLUSTER_CRITICAL = 2_000_000_000L;
  private static final long NODE_CRITICAL = 2_000_001_000L;
  private static final long HTTPS_PORT = 443;

  private final ResourceRegistry registry;
  private final BootstrapPolicy policy;
  private final ServiceAllocations allocations;
  private final Endpoint endpoint;

  /** Where clients in pods reach this API server in the end. */
  public record Endpoint(String address, int port) {}

  public Bootstrap(
      ResourceRegistry registry,
      BootstrapPolicy policy,
      ServiceAllocations allocations,
      Endpoint endpoint) {
    this.registry = registry;
    this.policy = policy;
    this.allocations = allocations;
    this.endpoint = endpoint;
  }

  public void run() throws InterruptedException {
    together(NAMESPACES, this::namespace);
    together(policy.objects(), this::role);
    priorityClass("system-cluster-critical", CLUSTER_CRITICAL, "cluster");
    priorityClass("system-node-critical", NODE_CRITICAL, "node");
    allocations.repair(registry.reader().newest(registry.resource("services"), "").objects());
    serviceCidr();
    kubernetesService();
    kubernetesEndpoints();
    LOG.info("bootstrap objects are in place");
  }

  private static JsonObject named(String name) {
    return JsonObject.of("name", name);
  }

  private boolean create(String groupResource, String namespace, JsonObject object) {
    StoredResource resource = registry.resource(groupResource);
    Call call = Call.internal(resource, namespace, ObjectMeta.name(object));
    if (resource.cache().get(call.key()) != null) {
      return false;
    }
    try {
      registry.writer().create(call, registry.forms().accept(call, object, List.of()));
      return true;
    } catch (StatusException e) {
      if (e.code() == 409) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Makes many objects at once: the store gathers what comes together into few log entries, and
   * each alone would wait for its own.
   */
  private static <T> void together(Collection<T> objects, Consumer<T> action)
      throws InterruptedException {
    List<Callable<Void>> tasks =
        objects.stream()
            .<Callable<Void>>map(object ->
                () -> {
                  action.accept(object);
                  return null;
                })
            .toList();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : executor.invokeAll(tasks)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }

  private void namespace(String name) {
    create("namespaces", "", JsonObject.of("metadata", named(name)));
  }

  private void role(JsonObject object) {
    String group = "rbac.authorization.k8s.io";
    String plural =
        switch (object.string("kind", "")) {
          case "ClusterRole" -> "clusterroles.";
          case "ClusterRoleBinding" -> "clusterrolebindings.";
          case "Role" -> "roles.";
          case "RoleBinding" -> "rolebindings.";
          default -> throw new IllegalStateException("not a role: " + object);
        };
    String namespace = ObjectMeta.namespace(object);
    if (!create(plural + group, namespace, object.deepCopy())) {
      complete(plural + group, namespace, object);
    }
  }

  /** Adds rules and subjects that a new version of the policy has and the stored object lacks. */
  private void complete(String groupResource, String namespace, JsonObject wanted) {
    StoredResource resource = registry.resource(groupResource);
    Call call = Call.internal(resource, namespace, ObjectMeta.name(wanted));
    var cached = resource.cache().get(call.key());
    if (cached == null || isComplete(cached.tree(), wanted)) {
      return;
    }
    registry.writer().change(call, null, old -> merge(old, wanted));
  }

  private static boolean isComplete(JsonObject present, JsonObject wanted) {
    return ObjectMeta.annotation(present, AUTOUPDATE).equals("false")
        || (missingRules(present, wanted).isEmpty() && missingSubjects(present, wanted).isEmpty());
  }

  private static List<Rule> missingRules(JsonObject present, JsonObject wanted) {
    List<Rule> owned = present.objects("rules").stream().map(Rule::of).toList();
    return wanted.objects("rules").stream()
        .map(Rule::of)
        .filter(rule -> !Rule.covers(owned, rule))
        .toList();
  }

  private static List<JsonObject> missingSubjects(JsonObject present, JsonObject wanted) {
    return wanted.objects("subjects").stream()
        .filter(subject -> !present.objects("subjects").contains(subject))
        .toList();
  }

  private static JsonObject merge(JsonObject present, JsonObject wanted) {
    List<Rule> rules = missingRules(present, wanted);
    if (!rules.isEmpty()) {
      JsonArray all = present.ensureList("rules");
      rules.forEach(rule -> all.append(rule.toObject()));
    }
    List<JsonObject> subjects = missingSubjects(present, wanted);
    if (!subjects.isEmpty()) {
      JsonArray all = present.ensureList("subjects");
      subjects.forEach(all::append);
    }
    return present;
  }

  private void priorityClass(String name, long value, String what) {
    create(
        "priorityclasses.scheduling.k8s.io",
        "",
        JsonObject.of(
            "metadata",
            named(name),
            "value",
            value,
            "description",
            "Used for system critical pods that must not be moved from their current "
                + what
                + "."));
  }

  private void serviceCidr() {
    JsonObject spec = JsonObject.of("cidrs", JsonArray.of(allocations.addresses().toString()));
    create(
        "servicecidrs.networking.k8s.io",
        "",
        JsonObject.of("metadata", named("kubernetes"), "spec", spec));
  }

  private static JsonObject labelled(String key, String value) {
    return JsonObject.of("name", "kubernetes", "labels", JsonObject.of(key, value));
  }

  private void kubernetesService() {
    JsonObject labels = JsonObject.of("component", "apiserver", "provider", "kubernetes");
    JsonObject port =
        JsonObject.of(
            "name",
            "https",
            "port",
            HTTPS_PORT,
            "protocol",
            "TCP",
            "targetPort",
            (long) endpoint.port());
    JsonObject spec =
        JsonObject.of(
            "type", "ClusterIP",
            "clusterIP", allocations.addresses().first(),
            "ports", JsonArray.of(port));
    create(
        "services",
        "default",
        JsonObject.of(
            "metadata", JsonObject.of("name", "kubernetes", "labels", labels), "spec", spec));
  }

  /** Endpoints and slice are written anew when the address has changed. */
  private void kubernetesEndpoints() {
    JsonObject port =
        JsonObject.of("name", "https", "port", (long) endpoint.port(), "protocol", "TCP");
    JsonObject subset =
        JsonObject.of(
            "addresses", JsonArray.of(JsonObject.of("ip", endpoint.address())),
            "ports", JsonArray.of(port));
    put(
        "endpoints",
        JsonObject.of(
            "metadata", labelled("endpointslice.kubernetes.io/skip-mirror", "true"),
            "subsets", JsonArray.of(subset)),
        "subsets");
    JsonObject ready =
        JsonObject.of(
            "addresses", JsonArray.of(endpoint.address()),
            "conditions", JsonObject.of("ready", true));
    put(
        "endpointslices.discovery.k8s.io",
        JsonObject.of(
            "metadata", labelled("kubernetes.io/service-name", "kubernetes"),
            "addressType", "IPv4",
            "endpoints", JsonArray.of(ready),
            "ports", JsonArray.of(port.deepCopy())),
        "endpoints",
        "ports");
  }

  private void put(String groupResource, JsonObject object, String... keys) {
    if (create(groupResource, "default", object.deepCopy())) {
      return;
    }
    Call call = Call.internal(registry.resource(groupResource), "default", "kubernetes");
    registry
        .writer()
        .change(
            call,
            null,
            old -> {
              for (String key : keys) {
                old.put(key, JsonObject.deepCopyOf(object.get(key)));
              }
              return registry.forms().accept(call, old, List.of());
            });
  }
}
