package kontiki.orchestrator.apiserver.registry;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/** The strategies of the built-in kinds that have something of their own, by resource. */
public final class Strategies {
  /** How long events are kept, as {@code --event-ttl} has it. */
  static final int EVENT_TTL_SECONDS = 3_600;

  private Strategies() {}

  /**
   * @param services hands out addresses and ports of services
   */
  public static Map<String, Strategy> all(Strategy services) {
    Map<String, Strategy> all = new HashMap<>();
    all.put("pods", new PodStrategy());
    all.put("namespaces", new NamespaceStrategy());
    all.put("services", services);
    all.put("events", new EventStrategy());
    all.put("leases.coordination.k8s.io", new CreatedOnUpdate());
    all.put("endpoints", new CreatedOnUpdate());
    all.put("endpointslices.discovery.k8s.io", new Counted());
    all.put("limitranges", new CreatedOnUpdate());
    all.put("persistentvolumes", new PhaseStrategy("Pending"));
    all.put("persistentvolumeclaims", new PhaseStrategy("Pending"));
    all.put("replicationcontrollers", new WorkloadStrategy(WorkloadStrategy.Kind.CONTROLLER));
    all.put("replicasets.apps", new WorkloadStrategy(WorkloadStrategy.Kind.REPLICA_SET));
    all.put("deployments.apps", new WorkloadStrategy(WorkloadStrategy.Kind.DEPLOYMENT));
    all.put("daemonsets.apps", new WorkloadStrategy(WorkloadStrategy.Kind.DAEMON_SET));
    all.put("statefulsets.apps", new WorkloadStrategy(WorkloadStrategy.Kind.STATEFUL_SET));
    all.put("jobs.batch", new JobStrategy());
    for (String counted :
        new String[] {
          "cronjobs.batch",
          "poddisruptionbudgets.policy",
          "ingresses.networking.k8s.io",
          "networkpolicies.networking.k8s.io",
          "ingressclasses.networking.k8s.io",
          "customresourcedefinitions.apiextensions.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "flowschemas.flowcontrol.apiserver.k8s.io",
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
          "priorityclasses.scheduling.k8s.io"
        }) {
      all.put(counted, new Counted());
    }
    return all;
  }

  /** Counts changes of the spec. */
  private static class Counted implements Strategy {
    @Override
    public boolean hasGeneration() {
      return true;
    }
  }

  private static final class CreatedOnUpdate implements Strategy {
    @Override
    public boolean createsOnUpdate() {
      return true;
    }
  }

  private static final class EventStrategy implements Strategy {
    @Override
    public boolean createsOnUpdate() {
      return true;
    }

    @Override
    public int ttlSeconds() {
      return EVENT_TTL_SECONDS;
    }
  }

  /** Begins its life in a phase. */
  private record PhaseStrategy(String phase) implements Strategy {
    @Override
    public void prepareForCreate(JsonObject object, Instant now) {
      object.put("status", JsonObject.of("phase", phase));
    }

    @Override
    public boolean returnsDeletedObject() {
      return true;
    }
  }

  /**
   * Namespaces wait for their finalizers in the spec, which the namespace controller takes away.
   */
  private static final class NamespaceStrategy implements Strategy {
    @Override
    public void prepareForCreate(JsonObject object, Instant now) {
      object.put("status", JsonObject.of("phase", "Active"));
      JsonArray finalizers = object.ensureObject("spec").ensureList("finalizers");
      if (!finalizers.contains("kubernetes")) {
        finalizers.add("kubernetes");
      }
    }

    @Override
    public void prepareForUpdate(JsonObject object, JsonObject old) {
      object.put("spec", JsonObject.deepCopyOf(old.get("spec")));
    }

    @Override
    public boolean holdsDeletion(JsonObject object) {
      JsonObject spec = object.object("spec");
      return spec != null && !spec.strings("finalizers").isEmpty();
    }

    @Override
    public void prepareForDelete(JsonObject object) {
      object.ensureObject("status").put("phase", "Terminating");
    }

    @Override
    public boolean returnsDeletedObject() {
      return true;
    }
  }
}
