package kontiki.node.kubelet.plan;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HostIPBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIPBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The status of a pod as the kubelet reports it. */
public final class StatusPlan {
  private static final Set<String> OWN_CONDITIONS =
      Set.of(
          "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");

  private final StatusFacts facts;
  private final PodSpec spec;
  private final @Nullable PodStatus before;

  private StatusPlan(StatusFacts facts) {
    this.facts = facts;
    this.spec = facts.pod().getSpec();
    this.before = facts.pod().getStatus();
  }

  /**
   * The status that the facts amount to. Conditions of others are kept; times of conditions change
   * only with their status.
   *
   * @param runtime the engine's name, the scheme of container ids
   */
  public static PodStatus of(StatusFacts facts, String runtime) {
    return new StatusPlan(facts).status(new ContainerStatuses(facts, runtime));
  }

  /** A status with the foreign conditions exchanged for these. */
  public static PodStatus withConditionsOfOthers(PodStatus own, List<PodCondition> known) {
    List<PodCondition> conditions = new ArrayList<>();
    own.getConditions().stream()
        .filter(condition -> OWN_CONDITIONS.contains(condition.getType()))
        .forEach(conditions::add);
    known.stream()
        .filter(condition -> !OWN_CONDITIONS.contains(condition.getType()))
        .forEach(conditions::add);
    return new PodStatusBuilder(own).withConditions(conditions).build();
  }

  private PodStatus status(ContainerStatuses statuses) {
    List<ContainerStatus> inits = Containers.inits(spec).stream().map(statuses::ofInit).toList();
    List<String> notInitialized = new ArrayList<>();
    for (int i = 0; i < inits.size(); i++) {
      boolean sidecar = Containers.sidecar(Containers.inits(spec).get(i));
      if (sidecar ? !inits.get(i).getStarted() : !inits.get(i).getReady()) {
        notInitialized.add(inits.get(i).getName());
      }
    }
    boolean initialized =
        notInitialized.isEmpty()
            || spec.getContainers().stream()
                .anyMatch(container -> facts.runs().newest(container.getName()) != null);
    List<ContainerStatus> mains =
        spec.getContainers().stream()
            .map(container -> statuses.ofMain(container, initialized))
            .toList();
    String phase =
        facts.failure() != null && facts.runs().stopped()
            ? PodPhase.FAILED
            : PodPhase.of(spec, inits, mains, facts.stopping());
    // A pod that is over stays over, whatever the engine has forgotten since.
    if (before != null && before.getPhase() != null && PodPhase.over(before.getPhase())) {
      phase = before.getPhase();
    }
    PodStatusBuilder status =
        (before == null ? new PodStatusBuilder() : new PodStatusBuilder(before))
            .withPhase(phase)
            .withHostIP(facts.hostIp())
            .withHostIPs(new HostIPBuilder().withIp(facts.hostIp()).build())
            .withInitContainerStatuses(inits)
            .withContainerStatuses(mains)
            .withConditions(
                conditions(phase, initialized ? List.of() : notInitialized, inits, mains));
    if (before == null || before.getStartTime() == null) {
      status.withStartTime(ContainerStatuses.time(facts.now()));
    }
    if (facts.failure() != null) {
      status.withReason(facts.failure().reason()).withMessage(facts.failure().message());
    }
    addresses(status);
    return status.build();
  }

  private void addresses(PodStatusBuilder status) {
    SandboxRun sandbox = facts.runs().newestSandbox();
    List<String> ips = List.of();
    if (Boolean.TRUE.equals(spec.getHostNetwork())) {
      ips = List.of(facts.hostIp());
    } else if (sandbox != null) {
      ips = sandbox.ips();
    }
    if (!ips.isEmpty()) {
      status
          .withPodIP(ips.getFirst())
          .withPodIPs(ips.stream().map(ip -> new PodIPBuilder().withIp(ip).build()).toList());
    }
  }

  private List<PodCondition> conditions(
      String phase,
      List<String> notInitialized,
      List<ContainerStatus> inits,
      List<ContainerStatus> mains) {
    SandboxRun sandbox = facts.runs().newestSandbox();
    boolean sandboxReady =
        sandbox != null && sandbox.ready() && (sandbox.hostNetwork() || !sandbox.ips().isEmpty());
    boolean succeeded = phase.equals(PodPhase.SUCCEEDED);
    List<String> unready = new ArrayList<>();
    for (int i = 0; i < inits.size(); i++) {
      if (Containers.sidecar(Containers.inits(spec).get(i)) && !inits.get(i).getReady()) {
        unready.add(inits.get(i).getName());
      }
    }
    mains.stream().filter(s -> !s.getReady()).forEach(s -> unready.add(s.getName()));

    List<PodCondition> conditions = new ArrayList<>();
    conditions.add(condition("PodReadyToStartContainers", sandboxReady, null, null));
    if (succeeded) {
      conditions.add(condition("Initialized", true, "PodCompleted", null));
      conditions.add(condition("Ready", false, "PodCompleted", null));
      conditions.add(condition("ContainersReady", false, "PodCompleted", null));
    } else {
      conditions.add(
          notInitialized.isEmpty()
              ? condition("Initialized", true, null, null)
              : condition(
                  "Initialized",
                  false,
                  "ContainersNotInitialized",
                  "containers with incomplete status: " + bracketed(notInitialized)));
      PodCondition containersReady = containersReady(phase, unready);
      conditions.add(ready(containersReady));
      conditions.add(containersReady);
    }
    conditions.add(condition("PodScheduled", true, null, null));
    if (before != null && before.getConditions() != null) {
      before.getConditions().stream()
          .filter(condition -> !OWN_CONDITIONS.contains(condition.getType()))
          .forEach(conditions::add);
    }
    return conditions;
  }

  private PodCondition containersReady(String phase, List<String> unready) {
    if (phase.equals(PodPhase.FAILED)) {
      return condition("ContainersReady", false, "PodFailed", null);
    }
    return unready.isEmpty()
        ? condition("ContainersReady", true, null, null)
        : condition(
            "ContainersReady",
            false,
            "ContainersNotReady",
            "containers with unready status: " + bracketed(unready));
  }

  /** Ready is the containers' readiness and every readiness gate's condition. */
  private PodCondition ready(PodCondition containersReady) {
    if (!containersReady.getStatus().equals("True")) {
      return condition("Ready", false, containersReady.getReason(), containersReady.getMessage());
    }
    List<PodReadinessGate> gates =
        spec.getReadinessGates() == null ? List.of() : spec.getReadinessGates();
    for (PodReadinessGate gate : gates) {
      PodCondition condition = find(gate.getConditionType());
      if (condition == null) {
        return condition(
            "Ready",
            false,
            "ReadinessGatesNotReady",
            "corresponding condition of pod readiness gate \""
                + gate.getConditionType()
                + "\" does not exist.");
      }
      if (!"True".equals(condition.getStatus())) {
        return condition(
            "Ready",
            false,
            "ReadinessGatesNotReady",
            "the status of pod readiness gate \""
                + gate.getConditionType()
                + "\" is not \"True\", but "
                + condition.getStatus());
      }
    }
    return condition("Ready", true, null, null);
  }

  private PodCondition condition(
      String type, boolean is, @Nullable String reason, @Nullable String message) {
    String status = is ? "True" : "False";
    PodCondition old = find(type);
    String since =
        old != null
                && Objects.equals(old.getStatus(), status)
                && old.getLastTransitionTime() != null
            ? old.getLastTransitionTime()
            : ContainerStatuses.time(facts.now());
    return new PodConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withLastTransitionTime(since)
        .build();
  }

  private @Nullable PodCondition find(String type) {
    if (before == null || before.getConditions() == null) {
      return null;
    }
    return before.getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElse(null);
  }

  private static String bracketed(List<String> names) {
    return "[" + String.join(" ", names) + "]";
  }
}
